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
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "quickjs-libc.h"

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

static int borrow(JSContext *ctx, JSValueConst value, struct bytes *bytes) {
    bytes->text = NULL;
    if (JS_IsString(value)) {
        bytes->text = JS_ToCStringLen(ctx, &bytes->size, value);
        bytes->data = (const uint8_t *)bytes->text;
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

/* write(fd, data): all of it; 1 and 2 go through stdio, so that std.out keeps its place. */
NATIVE(native_write) {
    IGNORED;
    int fd;
    struct bytes bytes;
    if (JS_ToInt32(ctx, &fd, argv[0]) || borrow(ctx, argv[1], &bytes))
        return JS_EXCEPTION;
    size_t done = 0;
    int failed = 0;
    errno = 0;
    if (fd == 1 || fd == 2) {
        FILE *file = fd == 1 ? stdout : stderr;
        done = fwrite(bytes.data, 1, bytes.size, file);
        failed = fflush(file) != 0 || done < bytes.size;
    }
    while (fd != 1 && fd != 2 && done < bytes.size && !failed) {
        ssize_t count = write(fd, bytes.data + done, bytes.size - done);
        failed = count < 0;
        done += failed ? 0 : (size_t)count;
    }
    release(ctx, &bytes);
    return failed ? failure(ctx) : JS_NewInt64(ctx, (int64_t)done);
}

/* How quickjs resizes or frees (size 0) memory that came from malloc here. */
static void *resize(JSRuntime *rt, void *opaque, void *data, size_t size) {
    (void)rt, (void)opaque;
    if (size != 0)
        return realloc(data, size);
    free(data);
    return NULL;
}

/* read(fd, size): up to size bytes as a Uint8Array (empty at the end); size 0 reads to the end. */
NATIVE(native_read) {
    IGNORED;
    int fd, limit;
    if (JS_ToInt32(ctx, &fd, argv[0]) || JS_ToInt32(ctx, &limit, argv[1]))
        return JS_EXCEPTION;
    struct stat facts;
    size_t room = limit > 0 ? (size_t)limit : 4096, size = 0;
    if (limit <= 0 && fstat(fd, &facts) == 0 && facts.st_size > 0 && facts.st_size < INT32_MAX)
        room = (size_t)facts.st_size + 1;
    uint8_t *data = malloc(room);
    for (;;) {
        ssize_t count = data ? read(fd, data + size, room - size) : -1;
        if (count < 0) {
            free(data);
            return failure(ctx);
        }
        size += (size_t)count;
        if (limit > 0 || count == 0)
            break;
        if (size == room) {
            uint8_t *more = realloc(data, room *= 2);
            if (!more)
                free(data);
            data = more;
        }
    }
    return JS_NewUint8Array(ctx, data, size, resize, NULL, false);
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

/* own_turn(ms): runs one due timer of os.setTimeout; else waits that long for read handlers. */
NATIVE(native_own_turn) {
    IGNORED;
    int ms;
    if (JS_ToInt32(ctx, &ms, argv[0]))
        return JS_EXCEPTION;
    return js_std_poll_io(ctx, ms) == -2 ? JS_EXCEPTION : JS_UNDEFINED;
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

enum path_call { PATH_UNLINK, PATH_RMDIR, PATH_MKDIR, PATH_READLINK, PATH_REALPATH, PATH_TRUNCATE,
                 PATH_RENAME, PATH_SYMLINK, PATH_LINK };

static int path_call(enum path_call call, const char *path, const char *second, double number,
                     char *answer, size_t room) {
    ssize_t length;
    switch (call) {
    case PATH_UNLINK: return unlink(path);
    case PATH_RMDIR: return rmdir(path);
    case PATH_MKDIR: return mkdir(path, 0777);
    case PATH_TRUNCATE: return truncate(path, (off_t)number);
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
        (call == PATH_TRUNCATE && JS_ToFloat64(ctx, &number, argv[1])))
        return JS_EXCEPTION;
    int result = path_call(call, path, second, number, answer, sizeof answer);
    JSValue value = result < 0  ? failure(ctx)
                    : answer[0] ? JS_NewString(ctx, answer)
                                : JS_NewInt32(ctx, 0);
    JS_FreeCString(ctx, path);
    JS_FreeCString(ctx, second);
    return value;
}

/* utimes(path, access ms, modification ms) */
NATIVE(native_utimes) {
    IGNORED;
    double ms[2];
    const char *path = JS_ToCString(ctx, argv[0]);
    if (!path || JS_ToFloat64(ctx, &ms[0], argv[1]) || JS_ToFloat64(ctx, &ms[1], argv[2]))
        return JS_EXCEPTION;
    struct timespec times[2];
    for (int i = 0; i < 2; i++) {
        times[i].tv_sec = (time_t)(ms[i] / 1e3);
        times[i].tv_nsec = (long)((ms[i] - (double)times[i].tv_sec * 1e3) * 1e6);
    }
    int result = utimensat(AT_FDCWD, path, times, 0);
    JS_FreeCString(ctx, path);
    return result < 0 ? failure(ctx) : JS_NewInt32(ctx, 0);
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("write", 2, native_write),
    JS_CFUNC_DEF("read", 2, native_read),
    JS_CFUNC_DEF("ready", 2, native_ready),
    JS_CFUNC_DEF("ownTurn", 1, native_own_turn),
    JS_CFUNC_DEF("open", 3, native_open),
    JS_CFUNC_DEF("stat", 2, native_stat),
    JS_CFUNC_DEF("utimes", 3, native_utimes),
    JS_CFUNC_MAGIC_DEF("unlink", 1, native_path, PATH_UNLINK),
    JS_CFUNC_MAGIC_DEF("rmdir", 1, native_path, PATH_RMDIR),
    JS_CFUNC_MAGIC_DEF("mkdir", 1, native_path, PATH_MKDIR),
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
