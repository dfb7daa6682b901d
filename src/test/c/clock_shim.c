/*
 * Moves the wall clock of one process: preload it, and CLOCK_SHIM_FILE names a file of eight bytes, a signed number of
 * milliseconds in the machine's byte order that is added to what the system says. The monotonic clock is left alone.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t zero;
static volatile int64_t *offset = &zero;
static int (*real_clock_gettime)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void) {
  real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
  const char *path = getenv("CLOCK_SHIM_FILE");
  int file = path ? open(path, O_RDONLY) : -1;
  if (file >= 0) {
    void *mapped = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED) {
      offset = mapped;
    }
    close(file);
  }
}

int clock_gettime(clockid_t id, struct timespec *at) {
  if (!real_clock_gettime) {
    real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
  }
  int rc = real_clock_gettime(id, at);
  if (rc == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) {
    int64_t by = *offset;
    at->tv_sec += by / 1000;
    at->tv_nsec += by % 1000 * 1000000;
    if (at->tv_nsec < 0) {
      at->tv_nsec += 1000000000;
      at->tv_sec--;
    } else if (at->tv_nsec >= 1000000000) {
      at->tv_nsec -= 1000000000;
      at->tv_sec++;
    }
  }
  return rc;
}

int gettimeofday(struct timeval *at, void *zone) {
  (void) zone;
  struct timespec now;
  int rc = clock_gettime(CLOCK_REALTIME, &now);
  if (rc == 0) {
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
  }
  return rc;
}

time_t time(time_t *at) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (at) {
    *at = now.tv_sec;
  }
  return now.tv_sec;
}
