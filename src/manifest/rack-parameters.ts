// What is known of Convox's rack parameters (convox.md §5.2).

const SECRET: ReadonlySet<string> = new Set([
  "access_id",
  "docker_hub_password",
  "private_eks_host",
  "private_eks_pass",
  "private_eks_user",
  "secret_key",
  "token",
  "webhook_signing_key",
  // Of racks of version 2.
  "httpproxy",
  "password",
]);

/** Convox masks its value, so it may not stand open in git. */
export function isSecretParameter(name: string): boolean {
  return SECRET.has(name.toLowerCase());
}
