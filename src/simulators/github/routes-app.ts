/** The App's own routes: who it is, where it is installed, its tokens, its webhooks; and who a token belongs to. */
import { unprocessable, notFound } from "./api-error.ts";
import { isJsonObject } from "./auth.ts";
import { newToken } from "./create-state.ts";
import { isoSeconds } from "./clock.ts";
import { created, numberParam, ok, paginated, paginatedIn, pageRange, param, queryText } from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";
import {
  appShape,
  installationShape,
  organisationAsUser,
  privateUserShape,
  publicUserShape,
} from "./shapes-account.ts";
import { repositoryShape } from "./shapes-repo.ts";
import { fullName } from "./hub.ts";
import type { Shape } from "./hub.ts";
import { accountNamed } from "./state.ts";
import type { Permissions } from "./state.ts";
import type { DeliveryRecord } from "./webhooks.ts";

export const appRoutes: readonly Route[] = [
  { method: "GET", template: "/app", by: "app", answer: (call) => ok(appShape(call.hub)) },
  {
    method: "GET",
    template: "/app/installations",
    by: "app",
    answer: (call) => paginated(call, [null], () => listedInstallation(call)),
  },
  { method: "GET", template: "/app/installations/{installation_id}", by: "app", answer: getInstallation },
  {
    method: "POST",
    template: "/app/installations/{installation_id}/access_tokens",
    by: "app",
    answer: createInstallationToken,
  },
  { method: "GET", template: "/app/hook/deliveries", by: "app", answer: listDeliveries },
  {
    method: "GET",
    template: "/app/hook/deliveries/{delivery_id}",
    by: "app",
    answer: (call) => ok(deliveryShape(call, deliveryParam(call))),
  },
  { method: "POST", template: "/app/hook/deliveries/{delivery_id}/attempts", by: "app", answer: redeliver },
  {
    method: "GET",
    template: "/repos/{owner}/{repo}/installation",
    by: "app",
    answer: getInstallationOfRepo,
  },
  { method: "GET", template: "/orgs/{org}/installation", by: "app", answer: getInstallationOfOrganisation },
  {
    method: "GET",
    template: "/installation/repositories",
    by: "installation",
    answer: (call) => paginatedIn(call, { name: "repositories", items: [null] }, () => repositoryShape(call.hub)),
  },
  { method: "GET", template: "/user", answer: getOneself },
  { method: "GET", template: "/users/{username}", answer: getUser },
  { method: "GET", template: "/rate_limit", answer: getRateLimit },
];

/** In this list GitHub describes the account as a user and an enterprise at once. */
function listedInstallation({ hub }: Call): Shape {
  const { createdAt, organisation } = hub.state;
  const enterprise = {
    name: organisation.login,
    slug: organisation.login,
    created_at: createdAt,
    updated_at: createdAt,
  };
  return { ...installationShape(hub), account: { ...organisationAsUser(hub), ...enterprise } };
}

function getInstallationOfRepo(call: Call): Answer {
  const repo = `${param(call, "owner")}/${param(call, "repo")}`;
  if (repo.toLowerCase() !== fullName(call.hub).toLowerCase()) throw notFound();
  return ok(installationShape(call.hub));
}

function getInstallationOfOrganisation(call: Call): Answer {
  if (param(call, "org").toLowerCase() !== call.hub.state.organisation.login.toLowerCase()) throw notFound();
  return ok(installationShape(call.hub));
}

function getInstallation(call: Call): Answer {
  if (numberParam(call, "installation_id") !== call.hub.state.app.installationId) throw notFound();
  return ok(installationShape(call.hub));
}

const tokenLifeMs = 3_600_000;

function createInstallationToken(call: Call): Answer {
  const { state } = call.hub;
  if (numberParam(call, "installation_id") !== state.app.installationId) throw notFound();
  const permissions = narrowedPermissions(call);
  const isOfRepo = namesTheRepo(call);
  const token = newToken("ghs");
  const expiresAtMs = state.clock.now().getTime() + tokenLifeMs;
  state.installationTokens.set(token, { expiresAtMs, permissions, repositories: isOfRepo });
  return created({
    token,
    expires_at: isoSeconds(new Date(expiresAtMs)),
    permissions,
    repository_selection: "selected",
    ...(isOfRepo ? { repositories: [repositoryShape(call.hub)] } : {}),
  });
}

function narrowedPermissions(call: Call): Permissions {
  const granted = call.hub.state.app.permissions;
  const asked = call.body["permissions"];
  if (asked === undefined || asked === null) return granted;
  if (!isJsonObject(asked)) throw unprocessable("Invalid request.\n\npermissions is not an object.");
  const narrowed: Record<string, "read" | "write"> = {};
  for (const [name, level] of Object.entries(asked)) {
    const mayHave = name === "metadata" ? "read" : granted[name];
    if (
      (level !== "read" && level !== "write") ||
      mayHave === undefined ||
      (level === "write" && mayHave !== "write")
    ) {
      throw unprocessable("The permissions requested are not granted to this installation.");
    }
    narrowed[name] = level;
  }
  return { metadata: "read", ...narrowed };
}

/** Whether the token was asked for by repository. @throws ApiError 422 where that is not the installation's. */
function namesTheRepo(call: Call): boolean {
  const { repositories, repository_ids: ids } = call.body;
  const { repoId, repoName } = call.hub.state;
  const refused = unprocessable(
    "There is at least one repository that does not exist or is not accessible to the parent installation.",
  );
  if (
    Array.isArray(repositories) &&
    repositories.some((name) => String(name).toLowerCase() !== repoName.toLowerCase())
  ) {
    throw refused;
  }
  if (Array.isArray(ids) && ids.some((id) => id !== repoId)) throw refused;
  return repositories !== undefined || ids !== undefined;
}

function getOneself(call: Call): Answer {
  if (call.actor.kind !== "person") throw notFound();
  return ok(privateUserShape(call.hub, call.actor.key));
}

function getUser(call: Call): Answer {
  const account = accountNamed(call.hub.state, param(call, "username"));
  if (account === undefined) throw notFound();
  return ok(publicUserShape(call.hub, account.key));
}

function getRateLimit(call: Call): Answer {
  const reset = Math.ceil(call.hub.state.clock.now().getTime() / 1000) + 3600;
  const core = { limit: 5000, used: 0, remaining: 5000, reset };
  return ok({ resources: { core, search: { limit: 30, used: 0, remaining: 30, reset } }, rate: core });
}

function deliveryParam(call: Call): DeliveryRecord {
  const id = numberParam(call, "delivery_id");
  const delivery = call.hub.webhooks.deliveries.find((candidate) => candidate.id === id);
  if (delivery === undefined) throw notFound();
  return delivery;
}

function deliveryItemShape(call: Call, delivery: DeliveryRecord): Shape {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.durationS,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: call.hub.state.app.installationId,
    repository_id: call.hub.state.repoId,
    throttled_at: null,
  };
}

function deliveryShape(call: Call, delivery: DeliveryRecord): Shape {
  return {
    ...deliveryItemShape(call, delivery),
    url: "",
    request: { headers: delivery.headers, payload: delivery.payload },
    response: { headers: delivery.responseHeaders, payload: delivery.responseBody },
  };
}

/** Newest first, by cursor: a cursor is the id of the last delivery of the page before. */
function listDeliveries(call: Call): Answer {
  const cursor = queryText(call, "cursor");
  const status = queryText(call, "status");
  const { perPage } = pageRange(call);
  const rest = call.hub.webhooks.deliveries
    .toReversed()
    .filter((delivery) => cursor === undefined || delivery.id < Number(cursor))
    .filter((delivery) => status === undefined || (delivery.status === "OK") === (status === "success"));
  const page = rest.slice(0, perPage);
  const last = page.at(-1);
  const headers: Record<string, string> = {};
  if (last !== undefined && rest.length > page.length) {
    const next = new URL(call.url);
    next.searchParams.set("cursor", String(last.id));
    headers["link"] = `<${next.href}>; rel="next"`;
  }
  return { status: 200, body: page.map((delivery) => deliveryItemShape(call, delivery)), headers };
}

function redeliver(call: Call): Answer {
  call.hub.webhooks.redeliver(deliveryParam(call));
  return { status: 202, body: {} };
}
