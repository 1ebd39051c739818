/** Whether a process of this pid namespace still runs: names of control groups, and of folders that have no lock, carry the id of their maker. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // another user's
  }
}
