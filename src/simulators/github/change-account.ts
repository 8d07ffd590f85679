/** What GitHub has no call for: accounts begin, change their login, are suspended, are deleted. */
import { isLogin, newToken } from "./create-state.ts";
import { accountNamed, isPerson } from "./state.ts";
import type { Account, GitHubState, JsonObject } from "./state.ts";

/** What was asked for makes no sense; answered with 400 and these words. */
export class ControlError extends Error {}

/**
 * @param body `{ login, create: true }`, `{ login, rename: "other" }`, `{ login, suspend: true | false }` or `{ login, delete: true }`
 * @returns the account, and the token of one that begins. A login that is given up is free for somebody else.
 * @throws ControlError
 */
export function changeAccount(state: GitHubState, body: JsonObject): JsonObject {
  const login = String(body["login"]);
  if (body["create"] === true) return createAccount(state, login);
  const account = accountNamed(state, login);
  if (account === undefined || !isPerson(account)) throw new ControlError(`There is no person "${login}".`);
  const { rename, suspend } = body;
  if (typeof rename === "string") account.login = freeLogin(state, rename);
  else if (typeof suspend === "boolean") account.standing = suspend ? "suspended" : "active";
  else if (body["delete"] === true) account.standing = "deleted";
  else throw new ControlError('Say what becomes of the account: "create", "rename", "suspend" or "delete".');
  return { id: account.id, login: account.login, standing: account.standing };
}

function createAccount(state: GitHubState, name: string): JsonObject {
  const login = freeLogin(state, name);
  const id = state.nextId();
  // The one that had this login before may still be named by records.
  const key = state.accounts.has(login.toLowerCase()) ? `${login}#${String(id)}` : login;
  const account: Account = { key, id, login, type: "User", admin: false, standing: "active" };
  const token = newToken("ghp");
  state.accounts.set(key.toLowerCase(), account);
  state.personalTokens.set(token, key);
  return { id, login, standing: account.standing, token };
}

function freeLogin(state: GitHubState, login: string): string {
  if (!isLogin(login)) throw new ControlError(`"${login}" is no GitHub login.`);
  if (accountNamed(state, login) !== undefined) throw new ControlError(`The login "${login}" is taken.`);
  return login;
}
