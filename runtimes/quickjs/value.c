/*
 * The functions of the `runcell` object that concern values and the engine:
 * text decoding, randomness, the clock, compiling under a file name, jobs, and
 * looking inside values for inspection.
 */
#include "native.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NATIVE(name) \
    static JSValue name(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv)
#define IGNORED (void)ctx, (void)this_value, (void)argc, (void)argv
#define REPLACEMENT 0xfffd

/* The length of the UTF-8 sequence that starts at data[i], or 0 - (bytes to skip) if it is invalid. */
static int sequence(const uint8_t *data, size_t size, size_t i, uint32_t *point) {
    uint8_t lead = data[i], low = 0x80, high = 0xbf;
    int rest = lead < 0xc2 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : 0;
    if (rest == 0)
        return -1;
    low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    *point = lead & (0x3f >> rest);
    for (int k = 1; k <= rest; k++) {
        if (i + (size_t)k >= size || data[i + (size_t)k] < low || data[i + (size_t)k] > high)
            return -k;
        *point = *point << 6 | (data[i + (size_t)k] & 0x3f);
        low = 0x80, high = 0xbf;
    }
    return rest + 1;
}

JSValue decode_utf8(JSContext *ctx, const uint8_t *data, size_t size, int fatal) {
    size_t units = 0, ascii = 0;
    while (ascii < size && data[ascii] < 0x80)
        ascii++;
    if (ascii == size)
        return JS_NewStringLen(ctx, (const char *)data, size);
    uint16_t *text = malloc(size * sizeof *text);
    if (!text)
        return JS_ThrowOutOfMemory(ctx);
    for (size_t i = 0; i < size;) {
        uint32_t point = data[i];
        int used = point < 0x80 ? 1 : sequence(data, size, i, &point);
        if (used < 0) {
            if (fatal) {
                free(text);
                return JS_NULL;
            }
            point = REPLACEMENT;
            used = -used;
        }
        i += (size_t)used;
        if (point > 0xffff) {
            text[units++] = (uint16_t)(0xd800 + ((point - 0x10000) >> 10));
            point = 0xdc00 + ((point - 0x10000) & 0x3ff);
        }
        text[units++] = (uint16_t)point;
    }
    JSValue string = JS_NewStringUTF16(ctx, text, units);
    free(text);
    return string;
}

/* decode(bytes, fatal): the string; null if fatal and invalid. Invalid parts become U+FFFD. */
NATIVE(native_decode) {
    IGNORED;
    size_t size;
    const uint8_t *data = JS_GetUint8Array(ctx, &size, argv[0]);
    if (!data && size != 0)
        return JS_EXCEPTION;
    return decode_utf8(ctx, data, size, JS_ToBool(ctx, argv[1]));
}

/* encode(string): its UTF-8 as a Uint8Array. */
NATIVE(native_encode) {
    IGNORED;
    size_t size;
    const char *text = JS_ToCStringLen(ctx, &size, argv[0]);
    if (!text)
        return JS_EXCEPTION;
    JSValue bytes = JS_NewUint8ArrayCopy(ctx, (const uint8_t *)text, size);
    JS_FreeCString(ctx, text);
    return bytes;
}

/* fill(bytes): random bytes from the host. */
NATIVE(native_fill) {
    IGNORED;
    size_t size;
    uint8_t *data = JS_GetUint8Array(ctx, &size, argv[0]);
    for (size_t i = 0; data && i < size; i += 256)
        getentropy(data + i, size - i < 256 ? size - i : 256);
    return JS_DupValue(ctx, argv[0]);
}

/* Math.random: xoroshiro128+, seeded at its first call so that no two runs of an image agree. */
NATIVE(native_random) {
    IGNORED;
    static uint64_t state[2];
    if (state[0] == 0 && state[1] == 0) {
        getentropy(state, sizeof state);
        state[0] |= 1;
    }
    uint64_t first = state[0], second = state[1], sum = first + second;
    second ^= first;
    state[0] = (first << 24 | first >> 40) ^ second ^ second << 16;
    state[1] = second << 37 | second >> 27;
    return JS_NewFloat64(ctx, (double)(sum >> 11) * 0x1p-53);
}

/* now(): milliseconds of the monotonic clock. */
NATIVE(native_now) {
    IGNORED;
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return JS_NewFloat64(ctx, (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6);
}

NATIVE(native_exit) {
    IGNORED;
    int code = 0;
    JS_ToInt32(ctx, &code, argv[0]);
    fflush(stdout);
    _Exit(code & 0xff);
}

/* jobs(): runs pending promise jobs until there are none; throws what one of them threw. */
NATIVE(native_jobs) {
    IGNORED;
    JSContext *context;
    int result;
    while ((result = JS_ExecutePendingJob(JS_GetRuntime(ctx), &context)) > 0)
        ;
    return result < 0 ? JS_EXCEPTION : JS_UNDEFINED;
}

static JSValue evaluate(JSContext *ctx, JSValueConst source, const char *name, int line, int flags) {
    size_t size;
    const char *text = JS_ToCStringLen(ctx, &size, source);
    if (!text)
        return JS_EXCEPTION;
    JSEvalOptions options = {JS_EVAL_OPTIONS_VERSION, flags, name, line};
    JSValue value = JS_Eval2(ctx, text, size, &options);
    JS_FreeCString(ctx, text);
    return value;
}

JSValue compile_module(JSContext *ctx, JSValueConst source, const char *name) {
    return evaluate(ctx, source, name, 1, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
}

/* script(source, name, first line): the value of a classic script. */
NATIVE(native_script) {
    IGNORED;
    int line;
    const char *name = JS_ToCString(ctx, argv[1]);
    if (!name || JS_ToInt32(ctx, &line, argv[2]))
        return JS_EXCEPTION;
    JSValue value = evaluate(ctx, argv[0], name, line, JS_EVAL_TYPE_GLOBAL);
    JS_FreeCString(ctx, name);
    return value;
}

/* check(source, name): throws what is wrong with the syntax of a classic script; does not run it. */
NATIVE(native_check) {
    IGNORED;
    const char *name = JS_ToCString(ctx, argv[1]);
    if (!name)
        return JS_EXCEPTION;
    JSValue compiled = evaluate(ctx, argv[0], name, 1, JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY);
    JS_FreeCString(ctx, name);
    if (JS_IsException(compiled))
        return compiled;
    JS_FreeValue(ctx, compiled);
    return JS_UNDEFINED;
}

/* module(source, name, describe): compiles, lets describe(import.meta, name), runs; a promise. */
NATIVE(native_module) {
    IGNORED;
    const char *name = JS_ToCString(ctx, argv[1]);
    if (!name)
        return JS_EXCEPTION;
    JSValue compiled = compile_module(ctx, argv[0], name);
    JS_FreeCString(ctx, name);
    if (JS_IsException(compiled))
        return compiled;
    JSValue meta = JS_GetImportMeta(ctx, JS_VALUE_GET_PTR(compiled));
    JSValueConst arguments[] = {meta, argv[1]};
    JS_FreeValue(ctx, JS_Call(ctx, argv[2], JS_UNDEFINED, 2, arguments));
    JS_FreeValue(ctx, meta);
    return JS_EvalFunction(ctx, compiled);
}

/* namespace(name): loads a module (again) and gives a promise of its namespace, as import() does. */
NATIVE(native_namespace) {
    IGNORED;
    const char *name = JS_ToCString(ctx, argv[0]);
    JSValue value = name ? JS_LoadModule(ctx, "", name) : JS_EXCEPTION;
    JS_FreeCString(ctx, name);
    return value;
}

/* kind(value): what an object is, whatever its prototype says; "" for a plain one. */
NATIVE(native_kind) {
    IGNORED;
    JSValueConst value = argv[0];
    const char *kind = "";
    if (JS_IsProxy(value)) kind = "proxy";
    else if (JS_IsFunction(ctx, value)) kind = "function";
    else if (JS_IsArray(value)) kind = "array";
    else if (JS_IsError(value)) kind = "error";
    else if (JS_IsMap(value)) kind = "map";
    else if (JS_IsSet(value)) kind = "set";
    else if (JS_IsDate(value)) kind = "date";
    else if (JS_IsRegExp(value)) kind = "regexp";
    else if (JS_IsPromise(value)) kind = "promise";
    else if (JS_GetTypedArrayType(value) >= 0) kind = "typedarray";
    else if (JS_IsArrayBuffer(value)) kind = "arraybuffer";
    else if (JS_IsDataView(value)) kind = "dataview";
    else if (JS_IsWeakMap(value)) kind = "weakmap";
    else if (JS_IsWeakSet(value)) kind = "weakset";
    else if (JS_IsWeakRef(value)) kind = "weakref";
    return JS_NewString(ctx, kind);
}

/* settled(promise): [state, result], state being 0 pending, 1 fulfilled, 2 rejected. */
NATIVE(native_settled) {
    IGNORED;
    JSValue pair = JS_NewArray(ctx);
    int state = JS_PromiseState(ctx, argv[0]);
    JS_SetPropertyUint32(ctx, pair, 0, JS_NewInt32(ctx, state == JS_PROMISE_FULFILLED  ? 1
                                                        : state == JS_PROMISE_REJECTED ? 2
                                                                                       : 0));
    JS_SetPropertyUint32(ctx, pair, 1, JS_PromiseResult(ctx, argv[0]));
    return pair;
}

/* rest(iterator): see iterator.h. */
JSValue runcell_iterator_rest(JSContext *ctx, JSValueConst value);
NATIVE(native_rest) {
    IGNORED;
    return runcell_iterator_rest(ctx, argv[0]);
}

/* target(proxy): what it stands before. */
NATIVE(native_target) {
    IGNORED;
    return JS_GetProxyTarget(ctx, argv[0]);
}

/* keep(object, twin): see pristine.h. */
int runcell_keep(JSContext *ctx, JSValueConst object, JSValueConst twin);
NATIVE(native_keep) {
    IGNORED;
    if (runcell_keep(ctx, argv[0], argv[1]) < 0)
        return JS_ThrowInternalError(ctx, "more built-in objects than there are places for");
    return JS_UNDEFINED;
}

/* context(value): see context.h. */
JSValue runcell_swap_context(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv);

/* memory(): [bytes of the heap, bytes in use]. */
NATIVE(native_memory) {
    IGNORED;
    JSMemoryUsage usage;
    JS_ComputeMemoryUsage(JS_GetRuntime(ctx), &usage);
    JSValue pair = JS_NewArray(ctx);
    JS_SetPropertyUint32(ctx, pair, 0, JS_NewInt64(ctx, usage.malloc_size));
    JS_SetPropertyUint32(ctx, pair, 1, JS_NewInt64(ctx, usage.memory_used_size));
    return pair;
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("decode", 2, native_decode),       JS_CFUNC_DEF("encode", 1, native_encode),
    JS_CFUNC_DEF("fill", 1, native_fill),           JS_CFUNC_DEF("random", 0, native_random),
    JS_CFUNC_DEF("now", 0, native_now),             JS_CFUNC_DEF("exit", 1, native_exit),
    JS_CFUNC_DEF("jobs", 0, native_jobs),           JS_CFUNC_DEF("script", 3, native_script),
    JS_CFUNC_DEF("module", 3, native_module),       JS_CFUNC_DEF("namespace", 1, native_namespace),
    JS_CFUNC_DEF("kind", 1, native_kind),           JS_CFUNC_DEF("settled", 1, native_settled),
    JS_CFUNC_DEF("target", 1, native_target),       JS_CFUNC_DEF("memory", 0, native_memory),
    JS_CFUNC_DEF("rest", 1, native_rest),           JS_CFUNC_DEF("check", 2, native_check),
    JS_CFUNC_DEF("keep", 2, native_keep),           JS_CFUNC_DEF("context", 0, runcell_swap_context),
};

/* Which function runs what others do: see pristine.h. */
extern JSCFunction *runcell_jobs;

void add_value_natives(JSContext *ctx, JSValueConst runcell) {
    runcell_jobs = native_jobs;
    JS_SetPropertyFunctionList(ctx, runcell, functions, sizeof functions / sizeof *functions);
}
