// What Swift's importer cannot see of mpi.h: macros that cast to pointers.
#ifndef CLUSTERTENSOR_CMPI_SHIM_H
#define CLUSTERTENSOR_CMPI_SHIM_H

#define OMPI_SKIP_MPICXX 1
#include <mpi.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

static inline MPI_Comm cmpi_comm_world(void) { return MPI_COMM_WORLD; }
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

#endif
