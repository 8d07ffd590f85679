// The forms that values of convox.yml have (convox.md §4), as Go's YAML reads them, and parts that several of its maps share.
import { about, closed, listOf, type JsonSchema } from "./json-schema.ts";

/** Go's YAML puts any scalar into a string. */
export const text: JsonSchema = { type: ["string", "number", "boolean"], title: "text" };
export const filledText: JsonSchema = { ...text, pattern: "\\S", title: "text that is not empty" };
export const someText: JsonSchema = { ...text, minLength: 1, title: "text that is not empty" };
/** Go's YAML cuts a fraction off. */
export const integer: JsonSchema = { type: "number", exclusiveMaximum: 2 ** 63, title: "a whole number" };
/** What goes through JSON is stricter. */
export const int32: JsonSchema = {
  type: "integer",
  minimum: -(2 ** 31),
  maximum: 2 ** 31 - 1,
  title: "a whole number",
};
export const number: JsonSchema = { type: "number", title: "a number" };
export const yesNo: JsonSchema = { type: "boolean", title: "true or false" };
export const texts = listOf(
  { type: ["string", "number", "boolean", "null"], title: "text" },
  { title: "a list of texts" },
);
export const textMap: JsonSchema = { type: "object", additionalProperties: text, title: "a map of texts" };
/** Convox looks for one form here and passes over every other. */
export const anything: JsonSchema = {};

const NAME_PATTERN = "^[a-z][a-z0-9-]*$";
/** Of a label's value, which every name of a service becomes. */
const LONGEST_NAME = 63;

export function named(value: JsonSchema, what: string): JsonSchema {
  return {
    type: "object",
    propertyNames: {
      pattern: NAME_PATTERN,
      maxLength: LONGEST_NAME,
      title: `a name of a ${what}: at most ${LONGEST_NAME} lower-case letters, digits and \`-\``,
    },
    additionalProperties: value,
    title: `a map of a ${what}'s name to what it is`,
  };
}

export const annotations = listOf(
  {
    title: "`key=value`, or a map of texts",
    anyOf: [
      { type: "string", title: "`key=value`", pattern: "=" },
      { type: "object", additionalProperties: { type: "string", title: "text" }, title: "a map of texts" },
    ],
  },
  { title: "a list of `key=value`", examples: [["team=web"]] },
);
export const plainAnnotations = listOf(
  { type: "string", title: "`key=value`", pattern: "=" },
  { title: "a list of `key=value`", examples: [["team=web"]] },
);

export const environment: JsonSchema = {
  type: "array",
  title: "a list of `KEY` (required), `KEY=default` or `*`",
  description: "Which keys of env.yml reach the process: `KEY` must be there; `KEY=default` may be; `*` is all of it.",
  examples: [["PORT=5000", "DATABASE_URL"]],
};

export const labels: JsonSchema = {
  ...textMap,
  title: "a map of labels",
  examples: [{ team: "web" }],
};

const PORT_PATTERN = "^([^:]*:)?[-+]?[0-9]+$|^[^:]*:[-+]?[0-9]+:";
export const port: JsonSchema = {
  title: "a port: 5000, `https:5443` or { port, scheme }",
  examples: [5000, "https:5443", { port: 5000, scheme: "http" }],
  anyOf: [
    { type: "integer", title: "a port from 1 to 65535" },
    { type: "string", pattern: PORT_PATTERN, title: "a port, as `5000` or `https:5443`" },
    closed(
      {
        port: about(
          { type: ["integer", "string"], pattern: PORT_PATTERN, title: "a port, as 5000 or `https:5443`" },
          "The number that the process listens on, from 1 to 65535; a scheme may stand before it.",
        ),
        scheme: about(
          { type: "string", title: "a scheme, as `https`" },
          "What is spoken on it: `http` (default), `https`, `grpc`.",
        ),
      },
      { required: ["port"], title: "{ port, scheme }" },
    ),
  ],
};

export const image: JsonSchema = {
  ...text,
  title: "an image",
  examples: ["registry.acme.example/web:1.4.2"],
};

export const command: JsonSchema = { ...text, title: "a command as one text" };

const volumeId = about(text, "Required. A name of your own, once in the service.", "scratch");
const mountPath = about(text, "Required. The folder of the container where it appears.", "/scratch");
const accessMode = about(text, "Required: `ReadWriteOnce`, `ReadOnlyMany` or `ReadWriteMany`.", "ReadWriteMany");

export const volumeOptions = listOf(
  {
    title: "one of `emptyDir`, `awsEfs` and `azureFiles`",
    anyOf: [
      closed({
        emptyDir: about(
          closed({
            id: volumeId,
            mountPath,
            medium: about(text, "`Memory` keeps it in memory. Default: the node's disk.", "Memory"),
            sizeLimit: about(text, "How large it may grow, as a Kubernetes quantity. Default: no limit.", "1Gi"),
          }),
          "A folder that is empty at the start and lost with the process.",
        ),
        awsEfs: about(
          closed({
            id: volumeId,
            mountPath,
            accessMode,
            storageClass: about(text, "The cluster's storage class."),
            volumeHandle: about(
              text,
              "An EFS file system, and a folder in it, that exist already. It may be one of another app.",
              "fs-0123456789abcdef0",
            ),
          }),
          "A folder on AWS EFS, which outlives the process and which several may share. AWS racks only.",
        ),
        azureFiles: about(
          closed({
            id: about(text, "Required. A name of your own: lower-case letters, digits and `-`.", "files"),
            mountPath,
            accessMode,
            shareSize: about(text, "Size of the share, as a Kubernetes quantity: at least `100Gi`.", "100Gi"),
          }),
          "A folder on Azure Files, which outlives the process and which several may share. Azure racks only.",
        ),
      }),
      { type: "null" },
    ],
  },
  { examples: [[{ emptyDir: { id: "scratch", mountPath: "/scratch" } }]] },
);

export const configMounts = listOf(
  closed(
    {
      id: about(someText, "An `id` of the top-level `configs`.", "nginx"),
      dir: about(someText, "The folder of the container that gets the file.", "/etc/nginx"),
      filename: about(someText, "The file's name in that folder.", "nginx.conf"),
    },
    { required: ["id", "dir", "filename"] },
  ),
  { examples: [[{ id: "nginx", dir: "/etc/nginx", filename: "nginx.conf" }]] },
);
