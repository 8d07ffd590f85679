// What a config repo may say and Signalbox does not do yet. It is refused in plain words, never left out in silence.
import type { Rack } from "../manifest/types.ts";
import type { DesiredApp, Refusal } from "./step.ts";

const BUILD_KINDS = {
  pushed: "a build that CI pushes (`build: { pushed: true }`)",
  repository: "a build from a source repository (`build: { repository }`)",
  from: "a build taken from another app (`build: { from }`)",
} as const;

/** null: all of it can be done. */
export function unsupportedInApp(desired: DesiredApp): Refusal | null {
  if (desired.delete) {
    return {
      app: desired.name,
      reason: "deleting an app is not supported yet",
      next: "Nothing was deleted. Take `delete` out of app.yml.",
    };
  }
  if (desired.build.kind !== "images") {
    return {
      app: desired.name,
      reason: `${BUILD_KINDS[desired.build.kind]} is not supported yet`,
      next: "Use `build: { images: true }`, with an image for every service in convox.yml.",
    };
  }
  if (desired.hooks.length > 0) {
    const words = desired.hooks.map((hook) => `release.${hook}`).join(" and ");
    return {
      app: desired.name,
      reason: `${words} in app.yml: commands around a promotion are not supported yet`,
      next: "Take them out of app.yml, or run them by hand and wait for a version that does.",
    };
  }
  if (desired.manifest === null) {
    return { app: desired.name, reason: "the app has no convox.yml", next: "Add the convox.yml to its folder." };
  }
  return null;
}

/** What rack.yml wants of the rack itself and a rack's API has no call for. null: nothing differs. */
export function unsupportedInRack(
  rack: Rack,
  liveVersion: string,
): { readonly reason: string; readonly next: string } | null {
  const commands: string[] = [];
  const wants: string[] = [];
  if (rack.version !== null && rack.version !== liveVersion) {
    wants.push(`version ${rack.version} (it runs ${liveVersion})`);
    commands.push(`convox rack update ${rack.version} -r ${rack.name}`);
  }
  if (rack.parameters.size > 0) {
    const names = [...rack.parameters.keys()];
    wants.push(`the parameters ${names.join(", ")}`);
    const pairs = [...rack.parameters].map(([key, value]) =>
      value.kind === "plain" ? `${key}=${value.text}` : `${key}=…`,
    );
    commands.push(`convox rack params set ${pairs.join(" ")} -r ${rack.name}`);
  }
  if (commands.length === 0) return null;
  return {
    reason: `rack.yml wants ${wants.join(" and ")}: changing a rack itself is not supported yet`,
    next: `Run: ${commands.map((command) => `\`${command}\``).join(", then ")}.`,
  };
}
