// What runs on each of the threads that adapters/app-workers.ts keeps.
import { createThreadLoader } from "./handlers/load-apps.ts";

export const loadApps = createThreadLoader();
