// Who an account is among people who are known by their logins of one moment. What GitHub told at another moment names it by the login
// of then, which may be somebody else's by now: its id tells.
import type { Login, Subject } from "../manifest/types.ts";

/** By the login of then; the id stays theirs. */
export interface Account {
  readonly login: Login;
  readonly id: number;
}

/** GitHub's stand-in for accounts that are gone. */
export const GHOST: Account = { login: "ghost", id: 10_137 };

export type Ids = ReadonlyMap<Subject, number>;

const membersById = new WeakMap<Ids, ReadonlyMap<number, Login>>();

/** The login by which the account of this id is a member; undefined: it is none. */
export function memberOfId(ids: Ids, id: number): Login | undefined {
  const known = membersById.get(ids) ?? new Map(Array.from(ids).flatMap(userById));
  membersById.set(ids, known);
  return known.get(id);
}

function userById([subject, id]: readonly [Subject, number]): readonly [number, Login][] {
  return subject.startsWith("user:") ? [[id, subject.slice("user:".length)]] : [];
}

/**
 * What an account goes by among the people with these ids. Where somebody else among them has its login it goes by one that nobody can
 * have, `ana#7`.
 */
export function loginAmong(ids: Ids, { login, id }: Account): Login {
  const member = memberOfId(ids, id);
  if (member !== undefined) return member;
  return ids.has(`user:${login}`) ? `${login}#${String(id)}` : login;
}
