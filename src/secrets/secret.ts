// An opened value. It prints as `[secret]` wherever it is printed by mistake; only `reveal` gives it, to code that must send it.

export interface Secret {
  reveal(): string;
  toString(): string;
  toJSON(): string;
}

export function createSecret(value: string): Secret {
  const masked = (): string => "[secret]";
  return Object.freeze({
    reveal: () => value,
    toString: masked,
    toJSON: masked,
    [Symbol.for("nodejs.util.inspect.custom")]: masked,
  });
}
