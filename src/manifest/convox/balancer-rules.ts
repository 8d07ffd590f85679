// What Convox demands of a balancer (convox.md §4.2).
import { entriesOf, get, itemsOf, stringOf, type ManifestNode } from "./manifest-node.ts";
import type { ManifestReader } from "./manifest-reader.ts";
import type { Balancer } from "./model.ts";

export function checkBalancer({ ports }: Balancer, node: ManifestNode, reader: ManifestReader): void {
  const written = entriesOf(get(node, "ports"));
  for (const [index, { source, target }] of ports.entries()) {
    const entry = written[index];
    if (entry === undefined) continue;
    const found = [source, target].find((port) => port < 1 || port > 65_535);
    if (found === undefined) continue;
    const offset = found === source ? entry.keyOffset : entry.value.offset;
    reader.error({ offset }, { rule: "convox-port", message: `expected a port from 1 to 65535, found ${found}` });
  }
  const whitelist = get(node, "whitelist");
  if (whitelist === undefined) return;
  for (const item of whitelist.kind === "list" ? itemsOf(whitelist) : [whitelist]) {
    if (isCidr(stringOf(item) ?? "")) continue;
    const hint = (stringOf(item) ?? "").includes(",") ? "write several as a list" : undefined;
    const message = "expected a CIDR as `10.0.0.0/8`, found another form";
    reader.error(item, { rule: "convox-whitelist", message, hint });
  }
}

function isCidr(text: string): boolean {
  const [address = "", mask = "", ...more] = text.split("/");
  if (more.length > 0 || !/^\d{1,3}$/.test(mask)) return false;
  if (address.includes(":")) return Number(mask) <= 128 && isIpv6(address);
  const octets = address.split(".");
  const isIpv4 =
    octets.length === 4 && octets.every((octet) => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) <= 255);
  return isIpv4 && Number(mask) <= 32;
}

function isIpv6(address: string): boolean {
  return /^[0-9A-Fa-f:.]+$/.test(address) && URL.canParse(`http://[${address}]/`);
}
