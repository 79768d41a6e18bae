/*
 * Memory that stands for a file: mmap, munmap, msync, mprotect.
 *
 * Owns copies: a mapping is memory into which the file was read. What a program
 * wrote into a shared one goes back to the file with msync, with munmap, and at
 * the end of the program, as far as the file is long then. Another mapping, or
 * read(), sees it after that.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE 65536

static struct mapping {
    struct mapping *next;
    char *memory;
    size_t size;
    off_t offset;
    int file; /* A number of our own, since the program may close its own. -1 where nothing goes back. */
} *mappings;

static struct mapping **find(const void *address) {
    struct mapping **at = &mappings;
    while (*at && !((const char *)address >= (*at)->memory && (const char *)address < (*at)->memory + (*at)->size))
        at = &(*at)->next;
    return at;
}

/* Writes a part of a mapping back, no further than the file goes. */
static int give_back(const struct mapping *it, size_t from, size_t size) {
    struct stat facts;
    if (it->file < 0)
        return 0;
    if (fstat(it->file, &facts) != 0)
        return -1;
    off_t room = facts.st_size - it->offset - (off_t)from;
    size = room <= 0 ? 0 : room < (off_t)size ? (size_t)room : size;
    while (size > 0) {
        ssize_t wrote = pwrite(it->file, it->memory + from, size, it->offset + (off_t)from);
        if (wrote <= 0)
            return -1;
        from += (size_t)wrote, size -= (size_t)wrote;
    }
    return 0;
}

static void give_all_back(void) {
    for (const struct mapping *it = mappings; it; it = it->next)
        give_back(it, 0, it->size);
}

static int read_in(char *memory, size_t size, int file, off_t offset) {
    for (size_t have = 0; have < size;) {
        ssize_t read = pread(file, memory + have, size - have, offset + (off_t)have);
        if (read < 0)
            return -1;
        if (read == 0)
            break;
        have += (size_t)read;
    }
    return 0;
}

void *mmap(void *wanted, size_t size, int protection, int flags, int file, off_t offset) {
    static int at_exit;
    int kind = flags & MAP_TYPE, anonymous = flags & MAP_ANONYMOUS;
    if (size == 0 || (flags & MAP_FIXED) || (kind != MAP_PRIVATE && kind != MAP_SHARED && kind != MAP_SHARED_VALIDATE) || offset < 0 || offset % 4096)
        return errno = EINVAL, MAP_FAILED;
    if (protection & PROT_EXEC)
        return errno = EPERM, MAP_FAILED;
    size_t room = (size + PAGE - 1) / PAGE * PAGE;
    struct mapping *it = malloc(sizeof *it);
    char *memory = room < size ? NULL : aligned_alloc(PAGE, room);
    if (!it || !memory)
        return free(it), free(memory), errno = ENOMEM, MAP_FAILED;
    memset(memory, 0, room);
    *it = (struct mapping){mappings, memory, size, offset, -1};
    int writes = !anonymous && kind != MAP_PRIVATE && (protection & PROT_WRITE);
    if ((!anonymous && read_in(memory, size, file, offset) != 0) || (writes && (it->file = dup(file)) < 0)) {
        int error = errno == EISDIR || errno == ESPIPE ? ENODEV : errno;
        return free(it), free(memory), errno = error, MAP_FAILED;
    }
    if (writes && !at_exit++)
        atexit(give_all_back);
    mappings = it;
    return memory;
}

int munmap(void *address, size_t size) {
    struct mapping **at = find(address), *it = *at;
    if (size == 0 || (uintptr_t)address % 4096)
        return errno = EINVAL, -1;
    if (!it)
        return 0;
    size_t from = (size_t)((char *)address - it->memory);
    int result = give_back(it, from, size < it->size - from ? size : it->size - from);
    /* A part of a mapping stays where it is until the whole goes. */
    if (from > 0 || size < it->size)
        return result;
    if (it->file >= 0)
        close(it->file);
    *at = it->next;
    free(it->memory);
    free(it);
    return result;
}

int msync(void *address, size_t size, int flags) {
    const struct mapping *it = *find(address);
    if ((uintptr_t)address % 4096)
        return errno = EINVAL, -1;
    if (!it)
        return errno = ENOMEM, -1;
    size_t from = (size_t)((char *)address - it->memory);
    return give_back(it, from, size < it->size - from ? size : it->size - from);
}

/* Memory of a cell can be read and written, and not run. */
int mprotect(void *address, size_t size, int protection) {
    return protection & PROT_EXEC ? (errno = EACCES, -1) : 0;
}
