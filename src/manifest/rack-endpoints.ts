// One rack, one name: two rack.yml of one address would pull it two ways, each by its own rules.
import { errorAt, inFile, type Position } from "./findings.ts";
import type { Finding, RackName } from "./types.ts";

export interface RackEndpoint {
  readonly rack: RackName;
  readonly endpoint: string;
  readonly at: Position;
}

export function endpointFindings(endpoints: readonly RackEndpoint[]): readonly Finding[] {
  const racks = new Map<string, RackName>();
  return endpoints.flatMap(({ rack, endpoint, at }) => {
    const { host } = new URL(endpoint); // reading the rack.yml has refused what is no address
    const other = racks.get(host);
    if (other === undefined) {
      racks.set(host, rack);
      return [];
    }
    const message = `expected an endpoint of its own for each rack, found that of \`${other}\``;
    const hint = "a rack has one folder in racks/; delete the other";
    return [inFile(`racks/${rack}/rack.yml`, errorAt(at, { rule: "duplicate-endpoint", message, hint }))];
  });
}
