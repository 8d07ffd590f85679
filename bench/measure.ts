// One thing that is measured, and how its rounds become one figure.

/** A side of a measure. What it returns, where that is a number, is its figure; else the milliseconds that it took. */
export type Side = () => Promise<unknown> | number | undefined;

export interface Prepared {
  readonly ours: Side;
  /** What ours is divided by. Without it ours is the figure itself, in `unit`. */
  readonly theirs?: Side;
  /** Takes away what was made for it. */
  readonly close?: () => Promise<void>;
}

export interface Measure {
  /** e.g. `cold validation / git cat-file + YAML parse`. */
  readonly name: string;
  readonly unit: "×" | "ms" | "MB" | "objects" | "processes" | "µs";
  readonly goal: { readonly atMost: number } | { readonly atLeast: number };
  /** Default 5; more where one is short. */
  readonly rounds?: number;
  prepare(world: World): Promise<Prepared>;
}

/** What all measures of a run share. */
export interface World {
  /** Racks × apps on each. */
  readonly racks: number;
  readonly appsPerRack: number;
  /** A folder for this run alone. */
  readonly folder: string;
}

export interface Result {
  readonly figure: number;
  readonly ours: number;
  readonly theirs: number | null;
}

/** Rounds in which both sides take turns, after one that does not count; medians of them. */
export async function runRounds(prepared: Prepared, rounds: number): Promise<Result> {
  const { ours, theirs } = prepared;
  await figureOf(ours);
  if (theirs !== undefined) await figureOf(theirs);
  const mine: number[] = [];
  const others: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // Whoever goes first in a round may find a warmer or a busier machine.
    const order = round % 2 === 0 ? [ours, theirs] : [theirs, ours];
    for (const side of order) {
      if (side === undefined) continue;
      (side === ours ? mine : others).push(await figureOf(side));
    }
  }
  const median = medianOf(mine);
  if (theirs === undefined) return { figure: median, ours: median, theirs: null };
  return { figure: median / medianOf(others), ours: median, theirs: medianOf(others) };
}

async function figureOf(side: Side): Promise<number> {
  const start = performance.now();
  const figure = await side();
  return typeof figure === "number" ? figure : performance.now() - start;
}

function medianOf(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

const SLACK = 0.2;

/** A goal is missed where the figure is past it by more than a noisy machine explains. */
export function isMissed({ goal, unit }: Measure, figure: number): boolean {
  if (Number.isNaN(figure)) return true;
  // How much memory something takes does not depend on what else the machine does.
  const slack = unit === "MB" ? 0 : SLACK;
  return "atMost" in goal ? figure > goal.atMost * (1 + slack) : figure < goal.atLeast * (1 - slack);
}
