/* A network file system without a lock service: locks are refused with ENOLCK, and a folder cannot be forced to
 * disk. With DISK_REFUSES_FOLDERS set, that is refused with EIO instead, as by a disk that is broken. To be
 * preloaded. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int flock(int file, int operation) {
    (void)file;
    (void)operation;
    return errno = ENOLCK, -1;
}

int fsync(int file) {
    struct stat about;
    if (fstat(file, &about) == 0 && S_ISDIR(about.st_mode)) {
        return errno = getenv("DISK_REFUSES_FOLDERS") ? EIO : EINVAL, -1;
    }
    return syscall(SYS_fsync, file);
}
