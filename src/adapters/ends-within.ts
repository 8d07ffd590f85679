// The end of a process waits for what is in flight, and for nothing without a limit.

/** Whether the work ended within the limit, well or not. Real time, not the clock's: a simulated one may stand still. */
export async function endsWithin(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, limitMs);
  });
  const ended = (): boolean => true;
  const endedInTime = await Promise.race([work.then(ended, ended), timeout]);
  clearTimeout(timer);
  return endedInTime;
}
