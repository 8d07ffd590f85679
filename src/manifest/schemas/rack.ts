import { LIMITS } from "../limits.ts";
import { about, closed, listOf, published, type JsonSchema } from "./json-schema.ts";
import { secret, suspend } from "./parts.ts";

export const rackSchema: JsonSchema = published(
  "rack",
  closed(
    {
      production: {
        type: "boolean",
        title: "true or false",
        default: false,
        description: "Changes here catch the approval rule `production`.",
      },
      mode: {
        enum: ["apply", "observe"],
        title: "`apply` or `observe`",
        default: "apply",
        description: "`observe`: checked, planned, swept and recorded, but nothing is written to the rack.",
      },
      endpoint: {
        type: "string",
        title: "the rack's API (https://…, or http:// on loopback)",
        description: "Host and port alone. The password is sealed for this address, and redirects are not followed.",
        maxLength: LIMITS.endpointCharacters,
        examples: ["https://api.prod-eu.acme.example"],
      },
      user: {
        enum: ["convox", "jwt"],
        title: "`convox` or `jwt`",
        default: "convox",
        description: "`jwt`: the password is a rack token.",
      },
      password: about(
        secret,
        "The rack's password, or a rack token with `user: jwt`: sealed for this rack and this endpoint, or a reference.",
        { ref: "env://PROD_EU_PASSWORD" },
      ),
      ca: {
        type: "string",
        title: "certificates in PEM form",
        pattern: "^-----BEGIN CERTIFICATE-----[\\s\\S]+-----END CERTIFICATE-----\\s*$",
        description: "For a rack with its own authority; verification cannot be switched off.",
      },
      recipients: listOf(
        {
          type: "string",
          title: "an age public key (age1…)",
          // `age1…` is what documentation writes.
          pattern: "^age1([02-9ac-hj-np-z]{58}|…)$",
          examples: ["age1…"],
        },
        {
          minItems: 1,
          uniqueItems: true,
          description: "Public keys that this rack's secrets are sealed to; one of them kept offline.",
        },
      ),
      version: {
        type: "string",
        title: "a rack version",
        description: "The wanted version. Convox goes up one minor version at a time.",
        pattern: "^[0-9]+\\.[0-9]+\\.[0-9]+([.-][A-Za-z0-9.-]+)?$",
        examples: ["3.24.8"],
      },
      parameters: {
        type: "object",
        propertyNames: { pattern: "^[A-Za-z][A-Za-z0-9_]*$", title: "a parameter's name" },
        additionalProperties: {
          title: 'text (in quotes: "true"), a sealed value or a reference',
          anyOf: [{ type: "string", maxLength: LIMITS.parameterCharacters }, ...(secret.anyOf ?? [])],
        },
        description: "Wanted rack parameters; those that Convox counts as secret must be sealed or references.",
        examples: [{ private: "true" }],
      },
      console: closed(
        {
          host: {
            type: "string",
            title: "a host name",
            description: "The Console's host, without `https://`.",
            examples: ["console.acme.example"],
            pattern: "^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?$",
          },
          rack: {
            type: "string",
            title: "the rack's name on the Console (organisation/rack)",
            description: "What `convox racks` calls it.",
            examples: ["acme/prod-eu"],
            pattern: "^[A-Za-z0-9_-]+/[A-Za-z0-9_-]+$",
          },
          password: about(secret, "A key of the Console: sealed, or a reference.", { ref: "env://CONSOLE_KEY" }),
        },
        {
          required: ["host", "rack", "password"],
          description: "Without it Signalbox cannot change version or parameters and says exactly what to run instead.",
        },
      ),
      suspend,
    },
    {
      required: ["endpoint", "password", "recipients"],
      title: "a rack (racks/<rack>/rack.yml)",
      description: "How a Convox rack is reached, what its secrets are sealed to, and how it should be.",
      examples: [
        {
          production: true,
          endpoint: "https://api.prod-eu.acme.example",
          password: { ref: "env://PROD_EU_PASSWORD" },
          recipients: ["age1…"],
          version: "3.24.8",
          parameters: { private: "true" },
        },
      ],
    },
  ),
);
