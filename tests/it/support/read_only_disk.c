/* A disk that turns read-only under open files: while the file named by DISK_IS_READ_ONLY exists, whatever would
 * change a file or folder below DISK is answered with EROFS. To be preloaded. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int is_read_only(void) {
    const char *flag = getenv("DISK_IS_READ_ONLY");
    int before = errno;
    int exists = flag && syscall(SYS_faccessat, AT_FDCWD, flag, F_OK) == 0;
    errno = before;
    return exists;
}

static int refuses_path(const char *path) {
    const char *disk = getenv("DISK");
    return disk && strncmp(path, disk, strlen(disk)) == 0 && is_read_only();
}

static int refuses_file(int file) {
    if (!is_read_only()) return 0;
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return refuses_path(path);
}

#define REFUSE return errno = EROFS, -1

static int open_at(int folder, const char *path, int flags, mode_t mode) {
    if ((flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) && refuses_path(path)) REFUSE;
    return syscall(SYS_openat, folder, path, flags, mode);
}

#define OPEN(name)                                      \
    int name(const char *path, int flags, ...) {        \
        mode_t mode = 0;                                \
        if (flags & (O_CREAT | O_TMPFILE)) {            \
            va_list rest;                               \
            va_start(rest, flags);                      \
            mode = va_arg(rest, mode_t);                \
            va_end(rest);                               \
        }                                               \
        return open_at(AT_FDCWD, path, flags, mode);    \
    }
OPEN(open)
OPEN(open64)

#define PWRITE(name)                                                                \
    ssize_t name(int file, const void *bytes, size_t count, off_t offset) {         \
        if (refuses_file(file)) REFUSE;                                             \
        return syscall(SYS_pwrite64, file, bytes, count, offset);                   \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

#define CUT(name)                                           \
    int name(int file, off_t length) {                      \
        if (refuses_file(file)) REFUSE;                     \
        return syscall(SYS_ftruncate, file, length);        \
    }
CUT(ftruncate)
CUT(ftruncate64)

ssize_t write(int file, const void *bytes, size_t count) {
    if (refuses_file(file)) REFUSE;
    return syscall(SYS_write, file, bytes, count);
}

int fsync(int file) {
    if (refuses_file(file)) REFUSE;
    return syscall(SYS_fsync, file);
}

int fdatasync(int file) {
    if (refuses_file(file)) REFUSE;
    return syscall(SYS_fdatasync, file);
}

int mkdir(const char *path, mode_t mode) {
    if (refuses_path(path)) REFUSE;
    return syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}
