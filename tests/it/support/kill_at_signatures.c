/* The machine's hand at the worst moment of a signature: the process is killed when it is about to make the folder of
 * signatures, which is right after its statement is on record. To be preloaded. */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int mkdir(const char *path, mode_t mode) {
    size_t length = strlen(path);
    if (length >= 11 && strcmp(path + length - 11, "/signatures") == 0) {
        kill(getpid(), SIGKILL);
    }
    return syscall(SYS_mkdirat, -100, path, mode);
}
