/** What is wrong with a convox.yml, in the rack's own words. */
export class ManifestError extends Error {
  override readonly name = "ManifestError";
}
