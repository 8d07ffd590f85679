/** All that an error could show anywhere: message, stack, causes. */
export async function errorText(failing: Promise<unknown>): Promise<string> {
  try {
    await failing;
  } catch (error) {
    return textOf(error);
  }
  throw new Error("it was to fail, and did not");
}

function textOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error);
  const fields = ["message", "stack"].map((name) => String(Reflect.get(error, name)));
  const cause: unknown = Reflect.get(error, "cause");
  return [...fields, cause === undefined ? "" : textOf(cause)].join("\n");
}
