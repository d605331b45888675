/** The product cannot start: the message is one sentence (or one a line) that says what to do. Printed without a stack. */
export class StartRefused extends Error {
  override name = 'StartRefused'
}

const DISK_PROBLEMS: Record<string, string> = {
  EACCES: 'this user may not write there',
  EPERM: 'its file system does not let its owner be changed',
  EROFS: 'its file system is read-only',
  ENOSPC: 'its disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a file stands where a folder should be',
  EEXIST: 'a file stands where a folder should be',
  ELOOP: 'a symbolic link there runs in a circle',
  ENAMETOOLONG: 'its name is too long',
}

/** Runs `work`; a disk error inside it becomes a StartRefused that names `folder`, everything else passes. */
export async function refusingDiskErrors<T>(folder: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException
    const problem = code === 'ENOENT' && syscall === 'mkdir' ? 'no folder can be made there' : DISK_PROBLEMS[code ?? '']
    if (error instanceof StartRefused || problem === undefined) throw error
    throw new StartRefused(`The database cannot be kept in ${folder}: ${problem}; set DATA_DIR to a folder on a local disk that this user may write.`)
  }
}
