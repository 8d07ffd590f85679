import { appRoutes } from "./app-routes.ts";
import { buildRoutes } from "./build-routes.ts";
import { objectRoutes } from "./object-routes.ts";
import { releaseRoutes } from "./release-routes.ts";
import { compilePattern, type Route } from "./route.ts";
import { serviceRoutes } from "./service-routes.ts";
import { systemRoutes } from "./system-routes.ts";

const ROUTES = [...systemRoutes, ...appRoutes, ...objectRoutes, ...buildRoutes, ...releaseRoutes, ...serviceRoutes].map(
  (route) => ({ ...route, path: compilePattern(route.pattern) }),
);

export function findRoute(
  method: string,
  path: string,
): { readonly route: Route; readonly variables: Readonly<Record<string, string>> } | undefined {
  for (const route of ROUTES) {
    const variables = route.method === method ? route.path.match(path) : undefined;
    if (variables !== undefined) return { route, variables };
  }
  return undefined;
}
