// What Swift's importer cannot see of mpi.h: macros that cast to pointers.
#ifndef CLUSTERTENSOR_CMPI_SHIM_H
#define CLUSTERTENSOR_CMPI_SHIM_H

#define OMPI_SKIP_MPICXX 1
#include <dlfcn.h>
#include <errno.h>
#include <mpi.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#if defined(__linux__)
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

static inline MPI_Comm cmpi_comm_world(void) { return MPI_COMM_WORLD; }
static inline MPI_Comm cmpi_comm_self(void) { return MPI_COMM_SELF; }
static inline MPI_Comm cmpi_comm_null(void) { return MPI_COMM_NULL; }
static inline MPI_Datatype cmpi_byte(void) { return MPI_BYTE; }
static inline MPI_Op cmpi_bitwise_or(void) { return MPI_BOR; }
static inline MPI_Info cmpi_info_null(void) { return MPI_INFO_NULL; }
static inline MPI_Errhandler cmpi_errors_return(void) { return MPI_ERRORS_RETURN; }
static inline MPI_Request cmpi_request_null(void) { return MPI_REQUEST_NULL; }
static inline MPI_Status *cmpi_status_ignore(void) { return MPI_STATUS_IGNORE; }
static inline int cmpi_status_source(const MPI_Status *status) { return status->MPI_SOURCE; }
static inline const char *cmpi_version(void) {
#define CMPI_TEXT_OF(x) #x
#define CMPI_TEXT(x) CMPI_TEXT_OF(x)
  return CMPI_TEXT(OMPI_MAJOR_VERSION) "." CMPI_TEXT(OMPI_MINOR_VERSION) "."
      CMPI_TEXT(OMPI_RELEASE_VERSION);
#undef CMPI_TEXT
#undef CMPI_TEXT_OF
}

// Takes the C library's stream of errors away from everybody who writes to it, as Open MPI does about connections
// that break; the file descriptor stays. For a program that is about to end.
static inline void cmpi_silence_error_stream(void) {
#if defined(__GLIBC__)
  FILE *nowhere = fopen("/dev/null", "w");
  if (nowhere) stderr = nowhere;
#endif
}

// The cores that the calling thread may run on, one bit a core; false where the system does not tell.
// By the system call itself, as the C library declares it for _GNU_SOURCE only.
static inline bool cmpi_bound_cores(uint64_t *words, long count) {
  memset(words, 0, (size_t)count * sizeof *words);
#if defined(__linux__)
  return syscall(SYS_sched_getaffinity, 0, (size_t)count * sizeof *words, words) > 0;
#else
  return false;
#endif
}

// Waits until another process has ended, for so many milliseconds at most, for ever where negative. Returns 1
// when it has, 0 when the time is over, -1, at once, where the system cannot tell. One that has ended and that
// its parent has not asked about yet still looks alive to `kill`, but not here. By the system call itself, as
// the C library knows it only in later versions.
static inline int cmpi_await_end(int process, int milliseconds) {
#if defined(__linux__) && defined(SYS_pidfd_open)
  const int file = (int)syscall(SYS_pidfd_open, process, 0);
  if (file < 0) return errno == ESRCH ? 1 : -1;
  struct pollfd wanted = {file, POLLIN, 0};
  int found;
  do {
    found = poll(&wanted, 1, milliseconds);
  } while (found < 0 && errno == EINTR);
  close(file);
  return found > 0 ? 1 : 0;
#else
  return -1;
#endif
}

// Tells the run-time system that this process ends in order, without MPI_Finalize, which would wait for all
// others. The library that Open MPI talks to it by is loaded already; false where there is none.
static inline bool cmpi_depart(void) {
  void *library = dlopen("libpmix.so.2", RTLD_NOW | RTLD_NOLOAD);
  if (library == NULL) return false;
  int (*initialized)(void) = (int (*)(void))dlsym(library, "PMIx_Initialized");
  int (*finalize)(const void *, size_t) =
      (int (*)(const void *, size_t))dlsym(library, "PMIx_Finalize");
  if (initialized == NULL || finalize == NULL) return false;
  // It counts its users, and MPI may be several.
  for (int tries = 0; initialized() && tries < 8; ++tries) finalize(NULL, 0);
  return !initialized();
}

#endif
