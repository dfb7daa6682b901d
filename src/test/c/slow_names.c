/* No server of names answers for what ends in ".hanging.example", for as long as the process that preloads this lives. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

static const char *hanging = ".hanging.example";

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
  int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) = dlsym(RTLD_NEXT, "getaddrinfo");
  size_t length = name ? strlen(name) : 0;
  while (length > strlen(hanging) && strcmp(name + length - strlen(hanging), hanging) == 0) {
    sleep(3600);
  }
  return real(name, service, hints, found);
}
