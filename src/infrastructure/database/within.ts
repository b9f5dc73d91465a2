export class NotInTimeError extends Error {}

/**
 * What `work` gives, when it does so in time; what it gives later is nobody's.
 * @throws NotInTimeError; whatever `work` throws
 */
export async function within<T>(limitMs: number, who: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new NotInTimeError(`${who} did not answer in time`)), limitMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
