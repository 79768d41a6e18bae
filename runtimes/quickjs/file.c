/*
 * The functions of the `runcell` object that concern files and the outside:
 * writing and reading bytes, waiting for them, and the calls on paths.
 *
 * They are primitive on purpose: an error is a negative errno value, and every
 * rule (names, options, messages) lives in the prelude.
 */
#include "native.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>


#define NATIVE(name) \
    static JSValue name(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv)
#define IGNORED (void)ctx, (void)this_value, (void)argc, (void)argv

static JSValue failure(JSContext *ctx) { return JS_NewInt32(ctx, -errno); }

/* The bytes of a string (as UTF-8) or of a typed array; give them back with release(). */
struct bytes {
    const uint8_t *data;
    size_t size;
    const char *text;
};

/* Puts U+FFFD for each lone half of a character, which has no UTF-8. Only text that is no plain ASCII, and so a copy, is changed. */
static void mend(uint8_t *data, size_t size) {
    for (uint8_t *at = data; (at = memchr(at, 0xed, size - (size_t)(at - data))); at++)
        if (size - (size_t)(at - data) >= 3 && at[1] >= 0xa0)
            memcpy(at, "\xef\xbf\xbd", 3);
}

static int borrow(JSContext *ctx, JSValueConst value, struct bytes *bytes) {
    bytes->text = NULL;
    if (JS_IsString(value)) {
        bytes->text = JS_ToCStringLen(ctx, &bytes->size, value);
        bytes->data = (const uint8_t *)bytes->text;
        if (bytes->text)
            mend((uint8_t *)bytes->text, bytes->size);
        return bytes->text ? 0 : -1;
    }
    size_t offset, size, buffer_size, width;
    JSValue buffer = JS_GetTypedArrayBuffer(ctx, value, &offset, &size, &width);
    if (JS_IsException(buffer))
        return -1;
    uint8_t *start = JS_GetArrayBuffer(ctx, &buffer_size, buffer);
    JS_FreeValue(ctx, buffer);
    bytes->data = start ? start + offset : (const uint8_t *)"";
    bytes->size = start ? size : 0;
    return 0;
}

static void release(JSContext *ctx, struct bytes *bytes) { JS_FreeCString(ctx, bytes->text); }

int runcell_quiet;

/* write(fd, data): all of it, after what std.out may still hold. */
NATIVE(native_write) {
    IGNORED;
    int fd;
    struct bytes bytes;
    if (JS_ToInt32(ctx, &fd, argv[0]) || borrow(ctx, argv[1], &bytes))
        return JS_EXCEPTION;
    if (__fpending(stdout) != 0)
        fflush(stdout);
    size_t done = 0;
    while (done < bytes.size && !runcell_quiet) {
        ssize_t count = write(fd, bytes.data + done, bytes.size - done);
        if (count < 0)
            break;
        done += (size_t)count;
    }
    JSValue result = done < bytes.size && !runcell_quiet ? failure(ctx) : JS_NewInt64(ctx, (int64_t)done);
    release(ctx, &bytes);
    return result;
}

/* How quickjs resizes or frees (size 0) memory that came from malloc here. */
static void *resize(JSRuntime *rt, void *opaque, void *data, size_t size) {
    (void)rt, (void)opaque;
    if (size != 0)
        return realloc(data, size);
    free(data);
    return NULL;
}

/* Reads up to limit bytes, or to the end if it is 0, into malloc'ed memory; NULL with errno set. */
static uint8_t *read_bytes(int fd, size_t limit, size_t *size) {
    struct stat facts;
    size_t room = limit ? limit : 4096;
    if (limit == 0 && fstat(fd, &facts) == 0 && facts.st_size > 0 && facts.st_size < INT32_MAX)
        room = (size_t)facts.st_size + 1;
    uint8_t *data = malloc(room);
    *size = 0;
    while (data) {
        ssize_t count = read(fd, data + *size, room - *size);
        if (count < 0) {
            free(data);
            return NULL;
        }
        *size += (size_t)count;
        if (limit || count == 0)
            break;
        if (*size == room) {
            uint8_t *more = realloc(data, room *= 2);
            if (!more)
                free(data);
            data = more;
        }
    }
    return data;
}

/* read(fd, size): up to size bytes as a Uint8Array (empty at the end); size 0 reads to the end. */
NATIVE(native_read) {
    IGNORED;
    int fd, limit;
    size_t size;
    if (JS_ToInt32(ctx, &fd, argv[0]) || JS_ToInt32(ctx, &limit, argv[1]))
        return JS_EXCEPTION;
    uint8_t *data = read_bytes(fd, limit > 0 ? (size_t)limit : 0, &size);
    return data ? JS_NewUint8Array(ctx, data, size, resize, NULL, false) : failure(ctx);
}

/* The words that decide how a source is run, as bits: a quick look before any pattern is tried. */
static int words_of(const uint8_t *text, size_t size) {
    static const struct { const char *word; int bit; } words[] = {
        {"import", 1}, {"export", 1}, {"await", 2}, {"require", 4}, {"module", 4},
        {"exports", 4}, {"__filename", 4}, {"__dirname", 4}, {"arguments", 4}, {"eval", 4}, {"this", 4},
    };
    int found = 0;
    for (size_t i = 0; i + 4 <= size; i++) {
        uint8_t first = text[i];
        if (first != '_' && (first < 'a' || first > 't'))
            continue;
        for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
            if (first == (uint8_t)words[k].word[0] && (found & words[k].bit) == 0) {
                size_t length = strlen(words[k].word);
                if (length <= size - i && memcmp(text + i, words[k].word, length) == 0)
                    found |= words[k].bit;
            }
        }
    }
    return found;
}

static int last_words;

/* words(): the bits of the text that was read last. */
NATIVE(native_words) {
    IGNORED;
    return JS_NewInt32(ctx, last_words);
}

/* text(path): a whole file as a string, without a byte order mark. */
NATIVE(native_text) {
    IGNORED;
    size_t size;
    const char *path = JS_ToCString(ctx, argv[0]);
    if (!path)
        return JS_EXCEPTION;
    int fd = open(path, O_RDONLY);
    JS_FreeCString(ctx, path);
    uint8_t *data = fd < 0 ? NULL : read_bytes(fd, 0, &size);
    if (!data) {
        JSValue error = failure(ctx);
        if (fd >= 0)
            close(fd);
        return error;
    }
    close(fd);
    int mark = size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    last_words = words_of(data, size);
    JSValue text = decode_utf8(ctx, data + mark, size - (size_t)mark, 0);
    free(data);
    return text;
}

/* ready(fd, ms): whether fd can be read within so many milliseconds; fd -1 only sleeps. */
NATIVE(native_ready) {
    IGNORED;
    int fd;
    double ms;
    if (JS_ToInt32(ctx, &fd, argv[0]) || JS_ToFloat64(ctx, &ms, argv[1]))
        return JS_EXCEPTION;
    if (fd < 0) {
        struct timespec time = {(time_t)(ms / 1e3), 0};
        time.tv_nsec = (long)((ms - (double)time.tv_sec * 1e3) * 1e6);
        nanosleep(&time, NULL);
        return JS_FALSE;
    }
    struct pollfd wanted = {fd, POLLIN, 0};
    return JS_NewBool(ctx, poll(&wanted, 1, (int)ms) != 0);
}

/* open(path, flags, mode): a descriptor. */
NATIVE(native_open) {
    IGNORED;
    int flags, mode;
    const char *path = JS_ToCString(ctx, argv[0]);
    if (!path || JS_ToInt32(ctx, &flags, argv[1]) || JS_ToInt32(ctx, &mode, argv[2]))
        return JS_EXCEPTION;
    int fd = open(path, flags, mode);
    JS_FreeCString(ctx, path);
    return fd < 0 ? failure(ctx) : JS_NewInt32(ctx, fd);
}

/* stat(path or fd, follow): [mode, size, mtime ms, atime ms, ctime ms, inode, links]. */
NATIVE(native_stat) {
    IGNORED;
    struct stat facts;
    int result;
    if (JS_IsNumber(argv[0])) {
        int fd;
        JS_ToInt32(ctx, &fd, argv[0]);
        result = fstat(fd, &facts);
    } else {
        const char *path = JS_ToCString(ctx, argv[0]);
        if (!path)
            return JS_EXCEPTION;
        result = JS_ToBool(ctx, argv[1]) ? stat(path, &facts) : lstat(path, &facts);
        JS_FreeCString(ctx, path);
    }
    if (result != 0)
        return failure(ctx);
#define MS(time) ((double)(time).tv_sec * 1e3 + (double)(time).tv_nsec / 1e6)
    double numbers[] = {facts.st_mode,     (double)facts.st_size, MS(facts.st_mtim), MS(facts.st_atim),
                        MS(facts.st_ctim), (double)facts.st_ino,  (double)facts.st_nlink};
    JSValue array = JS_NewArray(ctx);
    for (uint32_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        JS_SetPropertyUint32(ctx, array, i, JS_NewNumber(ctx, numbers[i]));
    return array;
}

enum path_call { PATH_UNLINK, PATH_RMDIR, PATH_READLINK, PATH_REALPATH,
                 /* with a number */
                 PATH_MKDIR, PATH_TRUNCATE, PATH_CHMOD, PATH_ACCESS,
                 /* with a second path */
                 PATH_RENAME, PATH_SYMLINK, PATH_LINK };

static int path_call(enum path_call call, const char *path, const char *second, double number,
                     char *answer, size_t room) {
    ssize_t length;
    switch (call) {
    case PATH_UNLINK: return unlink(path);
    case PATH_RMDIR: return rmdir(path);
    case PATH_MKDIR: return mkdir(path, (mode_t)number);
    case PATH_TRUNCATE: return truncate(path, (off_t)number);
    case PATH_CHMOD: return chmod(path, (mode_t)number);
    case PATH_ACCESS: return access(path, (int)number);
    case PATH_RENAME: return rename(path, second);
    case PATH_SYMLINK: return symlink(path, second);
    case PATH_LINK: return link(path, second);
    case PATH_REALPATH: return realpath(path, answer) ? 0 : -1;
    case PATH_READLINK:
        length = readlink(path, answer, room - 1);
        if (length >= 0)
            answer[length] = 0;
        return length < 0 ? -1 : 0;
    }
    return -1;
}

/* unlink(path), rename(from, to), truncate(path, size) ...: 0, or the text that was asked for. */
static JSValue native_path(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv,
                           int call) {
    IGNORED;
    char answer[PATH_MAX] = "";
    double number = 0;
    const char *second = NULL;
    const char *path = JS_ToCString(ctx, argv[0]);
    if (!path || (call >= PATH_RENAME && !(second = JS_ToCString(ctx, argv[1]))) ||
        (call >= PATH_MKDIR && call < PATH_RENAME && JS_ToFloat64(ctx, &number, argv[1])))
        return JS_EXCEPTION;
    int result = path_call(call, path, second, number, answer, sizeof answer);
    JSValue value = result < 0  ? failure(ctx)
                    : answer[0] ? JS_NewString(ctx, answer)
                                : JS_NewInt32(ctx, 0);
    JS_FreeCString(ctx, path);
    JS_FreeCString(ctx, second);
    return value;
}

/* utimes(path or fd, access ms, modification ms) */
NATIVE(native_utimes) {
    IGNORED;
    double ms[2];
    int fd = -1;
    const char *path = NULL;
    if (JS_IsNumber(argv[0]) ? JS_ToInt32(ctx, &fd, argv[0]) : !(path = JS_ToCString(ctx, argv[0])))
        return JS_EXCEPTION;
    if (JS_ToFloat64(ctx, &ms[0], argv[1]) || JS_ToFloat64(ctx, &ms[1], argv[2]))
        return JS_EXCEPTION;
    struct timespec times[2];
    for (int i = 0; i < 2; i++) {
        times[i].tv_sec = (time_t)(ms[i] / 1e3);
        times[i].tv_nsec = (long)((ms[i] - (double)times[i].tv_sec * 1e3) * 1e6);
    }
    int result = path ? utimensat(AT_FDCWD, path, times, 0) : futimens(fd, times);
    JS_FreeCString(ctx, path);
    return result < 0 ? failure(ctx) : JS_NewInt32(ctx, 0);
}

/* fchmod(fd, mode), ftruncate(fd, size) */
static JSValue native_descriptor(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv,
                                 int truncates) {
    IGNORED;
    int fd;
    double number;
    if (JS_ToInt32(ctx, &fd, argv[0]) || JS_ToFloat64(ctx, &number, argv[1]))
        return JS_EXCEPTION;
    int result = truncates ? ftruncate(fd, (off_t)number) : fchmod(fd, (mode_t)number);
    return result < 0 ? failure(ctx) : JS_NewInt32(ctx, 0);
}

/* umask(mask): the mask before; without one, it stays. */
NATIVE(native_umask) {
    IGNORED;
    int mask = 0;
    if (JS_ToInt32(ctx, &mask, argv[0]))
        return JS_EXCEPTION;
    mode_t before = umask((mode_t)mask);
    if (JS_IsUndefined(argv[0]))
        umask(before);
    return JS_NewInt32(ctx, (int)before);
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("write", 2, native_write),
    JS_CFUNC_DEF("read", 2, native_read),
    JS_CFUNC_DEF("text", 1, native_text),
    JS_CFUNC_DEF("words", 0, native_words),
    JS_CFUNC_DEF("ready", 2, native_ready),
    JS_CFUNC_DEF("open", 3, native_open),
    JS_CFUNC_DEF("stat", 2, native_stat),
    JS_CFUNC_DEF("utimes", 3, native_utimes),
    JS_CFUNC_MAGIC_DEF("unlink", 1, native_path, PATH_UNLINK),
    JS_CFUNC_MAGIC_DEF("rmdir", 1, native_path, PATH_RMDIR),
    JS_CFUNC_MAGIC_DEF("fchmod", 2, native_descriptor, 0),
    JS_CFUNC_MAGIC_DEF("ftruncate", 2, native_descriptor, 1),
    JS_CFUNC_DEF("umask", 1, native_umask),
    JS_CFUNC_MAGIC_DEF("mkdir", 2, native_path, PATH_MKDIR),
    JS_CFUNC_MAGIC_DEF("chmod", 2, native_path, PATH_CHMOD),
    JS_CFUNC_MAGIC_DEF("access", 2, native_path, PATH_ACCESS),
    JS_CFUNC_MAGIC_DEF("readlink", 1, native_path, PATH_READLINK),
    JS_CFUNC_MAGIC_DEF("realpath", 1, native_path, PATH_REALPATH),
    JS_CFUNC_MAGIC_DEF("truncate", 2, native_path, PATH_TRUNCATE),
    JS_CFUNC_MAGIC_DEF("rename", 2, native_path, PATH_RENAME),
    JS_CFUNC_MAGIC_DEF("symlink", 2, native_path, PATH_SYMLINK),
    JS_CFUNC_MAGIC_DEF("link", 2, native_path, PATH_LINK),
};

void add_file_natives(JSContext *ctx, JSValueConst runcell) {
    JS_SetPropertyFunctionList(ctx, runcell, functions, sizeof functions / sizeof *functions);
}
