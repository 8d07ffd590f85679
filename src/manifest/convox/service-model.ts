// A service of convox.yml after Convox's own reading; what model.ts says of itself holds here.
import type { TextMap } from "./model-parts.ts";
import type { Scale } from "./scale-model.ts";

/** §4.3 unless said otherwise. */
export interface Service {
  readonly name: string;
  /** Where its name stands, 1-based. */
  readonly line: number;
  readonly accessControl: AccessControl | null;
  /** One process on each node; counts and autoscaling have no effect. Default false. */
  readonly agent: boolean;
  readonly annotations: readonly Annotation[];
  /** null: an image is named and nothing is built. Default: the folder `.` where there is no image. */
  readonly build: ServiceBuild | null;
  readonly certificate: Certificate | null;
  /** null: the image's own. */
  readonly command: string | null;
  readonly configMounts: readonly ConfigMount[];
  readonly deployment: Deployment;
  /** Default false. */
  readonly disableHostUsers: boolean;
  readonly dnsConfig: DnsConfig | null;
  /** Trimmed; from a comma list or a list. */
  readonly domain: readonly string[];
  /** Seconds for open connections to end; default 30. */
  readonly drain: number;
  /** The file's own list, then the service's (§4.5). */
  readonly environment: readonly EnvironmentEntry[];
  /** Default false. */
  readonly grpcHealthEnabled: boolean;
  readonly health: Health;
  /** null: it is built. */
  readonly image: string | null;
  readonly imagePullSecrets: readonly ImagePullSecret[];
  readonly ingressAnnotations: readonly Annotation[];
  /** An init process in the container; default true. */
  readonly init: boolean;
  readonly initContainer: InitContainer | null;
  /** Not reachable from outside the rack; default false. */
  readonly internal: boolean;
  /** Reachable through the rack's internal router only; default false. */
  readonly internalRouter: boolean;
  /** With those of the whole file. */
  readonly labels: TextMap;
  readonly lifecycle: Lifecycle;
  /** null: no `path`, so no probe. */
  readonly liveness: Liveness | null;
  readonly nodeAffinityLabels: readonly NodeAffinity[];
  readonly nodeSelectorLabels: TextMap;
  /** The port that is routed to; null: none. */
  readonly port: Port | null;
  /** Further ports, without the one above. */
  readonly ports: readonly PortProtocol[];
  /** Default false. */
  readonly privileged: boolean;
  readonly resources: readonly ResourceLink[];
  readonly scale: Scale;
  readonly securityContext: SecurityContext;
  /** Never two at a time; default false. */
  readonly singleton: boolean;
  readonly startupProbe: StartupProbe | null;
  /** Default false. */
  readonly sticky: boolean;
  readonly termination: Termination;
  /** What `convox test` runs. */
  readonly test: string | null;
  /** Seconds for a request to be answered; default 60. */
  readonly timeout: number;
  readonly tls: Tls;
  /** `name:/path`, `/path`, or one of the host's folders. */
  readonly volumes: readonly string[];
  readonly volumeOptions: readonly VolumeOption[];
  /** Comma list of CIDRs; Convox does not look into it. */
  readonly whitelist: string | null;
}

/** AWS: policies that the pod gets. */
export interface AccessControl {
  readonly awsPodIdentity: { readonly policyArns: readonly string[] } | null;
}

export interface Annotation {
  readonly key: string;
  readonly value: string;
}

export interface ServiceBuild {
  /** Folder of the source; default `.`. */
  readonly path: string;
  /** File in it; default `Dockerfile`. */
  readonly manifest: string;
  readonly args: readonly string[];
}

export interface Certificate {
  readonly id: string | null;
  /** Go duration. */
  readonly duration: string | null;
}

export interface ConfigMount {
  readonly id: string;
  readonly dir: string;
  readonly filename: string;
}

/** Percent of the processes that run while a release goes out; default 50 to 200, of agents and singletons 0 to 100. */
export interface Deployment {
  readonly minimum: number;
  readonly maximum: number;
}

export interface DnsConfig {
  readonly ndots: number;
}

/** `KEY`, `KEY=default`, or `*`. */
export interface EnvironmentEntry {
  /** `*`: every key of the environment. */
  readonly key: string;
  /** null: the key is required (of `*`: nothing is). */
  readonly default: string | null;
}

/** Whether a process may be routed to. */
export interface Health {
  /** Default `/`. */
  readonly path: string;
  /** Seconds; default 5. */
  readonly interval: number;
  /** Seconds before the first; default: the interval. */
  readonly grace: number;
  /** Seconds; default: the interval less one. */
  readonly timeout: number;
  /** null: the service's. */
  readonly port: Port | null;
  readonly disable: boolean;
}

/** Whether a process is restarted. Seconds; defaults 10, 5, 5 and once, three times. */
export interface Liveness {
  readonly path: string;
  readonly port: Port | null;
  readonly grace: number;
  readonly interval: number;
  readonly timeout: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
}

/** What the other probes wait for. Seconds; defaults are those of `liveness`, with GPUs 300, 10, 5 and once, 180 times. */
export interface StartupProbe {
  readonly path: string | null;
  /** With GPUs and no path: the service's port. */
  readonly tcpSocketPort: string | null;
  readonly grace: number;
  readonly interval: number;
  readonly timeout: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
}

/** Exactly one of the two passwords. */
export interface ImagePullSecret {
  readonly registry: string;
  readonly username: string;
  /** A literal in the file: never printed. */
  readonly password: string | null;
  /** A key of env.yml. */
  readonly passwordEnv: string | null;
}

export interface InitContainer {
  /** null: the service's. */
  readonly image: string | null;
  readonly command: string | null;
  readonly volumeOptions: readonly VolumeOption[];
  readonly configMounts: readonly ConfigMount[];
}

/** Commands. */
export interface Lifecycle {
  readonly preStop: string | null;
  readonly postStart: string | null;
}

export interface NodeAffinity {
  readonly label: string;
  readonly value: string;
  readonly weight: number;
}

export interface Port {
  readonly port: number;
  /** Default `http`; of a health or liveness port there is none. */
  readonly scheme: string | null;
}

export interface PortProtocol {
  readonly port: number;
  /** Default `tcp`. */
  readonly protocol: string;
}

/** A resource whose address the service gets. */
export interface ResourceLink {
  readonly name: string;
  /** The variable that holds it; null: NAME_URL, NAME_USER, … */
  readonly variable: string | null;
}

/** null: left to the image and the cluster. */
export interface SecurityContext {
  readonly runAsNonRoot: boolean | null;
  readonly runAsUser: number | null;
  readonly runAsGroup: number | null;
  readonly readOnlyRootFilesystem: boolean | null;
  readonly allowPrivilegeEscalation: boolean | null;
  readonly capabilities: { readonly add: readonly string[]; readonly drop: readonly string[] };
  /** `RuntimeDefault` or `Unconfined`. */
  readonly seccompProfile: string | null;
}

export interface Termination {
  /** Seconds between SIGTERM and SIGKILL; default 30. */
  readonly grace: number;
}

export interface Tls {
  /** Sends http to https; default true. */
  readonly redirect: boolean;
}

export type VolumeOption =
  | {
      readonly kind: "emptyDir";
      readonly id: string;
      readonly mountPath: string;
      /** null: the node's disk. */
      readonly medium: "Memory" | null;
      /** Kubernetes quantity. */
      readonly sizeLimit: string | null;
    }
  | {
      readonly kind: "awsEfs";
      readonly id: string;
      readonly mountPath: string;
      readonly accessMode: string;
      readonly storageClass: string | null;
      /** May name a folder of another app. */
      readonly volumeHandle: string | null;
    }
  | {
      readonly kind: "azureFiles";
      readonly id: string;
      readonly mountPath: string;
      readonly accessMode: string;
      /** Kubernetes quantity, at least 100Gi. */
      readonly shareSize: string | null;
    };
