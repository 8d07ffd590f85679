import { startInProcessJobs } from "../../src/adapters/in-process-jobs.ts";
import { describeJobsContract } from "./jobs-contract.ts";

describeJobsContract("the queue in the process", startInProcessJobs);
