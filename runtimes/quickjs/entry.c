/*
 * The quickjs runtime's life: what the host calls, in this order.
 *
 *   init()            makes the engine and the `runcell` object
 *   boot(text, size)  evaluates one prelude file: a function, called with `runcell`
 *   seal()            collects garbage; the image is taken after this
 *   run(text, size)   one program, described by the hex of a JSON job
 *
 * How modules are found, what a program sees and how it ends is decided in
 * JavaScript (prelude/); this file only carries quickjs's callbacks there.
 * The functions that JavaScript cannot do itself are in file.c and value.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "native.h"
#include "quickjs-libc.h"

#define EXPORT(name) __attribute__((export_name(#name))) name

/*
 * Deep recursion must end in a RangeError before it ends in a trap. The limit
 * is on the part of the stack that lies in linear memory; the wasm stack
 * proper grows in proportion, and is far from its own limit at this depth.
 */
#define STACK_LIMIT_BYTES (RUNCELL_STACK_KIB * 1024)

/* How much a program may allocate before the collector runs for the first time. */
#define FIRST_COLLECTION_BYTES (8 * 1024 * 1024)

/* Frames of functions compiled under this file name are left out of stack traces (a patch). */
extern JSAtom runcell_hidden_file;
#define HIDDEN_FILE "runcell"

static JSRuntime *rt;
static JSContext *ctx;
static JSValue runcell;

/* Reports an error that is ours, not the program's, and ends. */
static _Noreturn void broken(void) {
    js_std_dump_error(ctx);
    _Exit(70);
}

/* Calls runcell[name](...); arguments are freed. */
static JSValue call_js(const char *name, int count, JSValue *arguments) {
    JSValue function = JS_GetPropertyStr(ctx, runcell, name);
    JSValue result = JS_Call(ctx, function, runcell, count, (JSValueConst *)arguments);
    JS_FreeValue(ctx, function);
    for (int i = 0; i < count; i++)
        JS_FreeValue(ctx, arguments[i]);
    return result;
}

/* `import "name"` in module base: the full name is what runcell.resolve says. */
static char *normalize(JSContext *context, const char *base, const char *name, void *opaque) {
    (void)opaque;
    JSValue arguments[] = {JS_NewString(context, base), JS_NewString(context, name)};
    JSValue result = call_js("resolve", 2, arguments);
    if (JS_IsException(result))
        return NULL;
    const char *text = JS_ToCString(context, result);
    JS_FreeValue(context, result);
    if (!text)
        return NULL;
    char *full = js_strdup(context, text);
    JS_FreeCString(context, text);
    return full;
}

/* The names that a value exports besides `default`: the keys of an object that is no list. */
static int exported_names(JSContext *context, JSValueConst value, JSPropertyEnum **keys, uint32_t *count) {
    *keys = NULL;
    *count = 0;
    if (!JS_IsObject(value) || JS_IsArray(value))
        return 0;
    return JS_GetOwnPropertyNames(context, keys, count, value, JS_GPN_STRING_MASK | JS_GPN_ENUM_ONLY);
}

/* Fills the exports of a module that is a value: its keys, and itself as default. */
static int export_object(JSContext *context, JSModuleDef *module) {
    JSValue object = JS_GetModulePrivateValue(context, module);
    JSPropertyEnum *keys;
    uint32_t count;
    int failed = 0;
    if (exported_names(context, object, &keys, &count) < 0)
        return -1;
    for (uint32_t i = 0; i < count && !failed; i++) {
        const char *key = JS_AtomToCString(context, keys[i].atom);
        JSValue value = JS_GetProperty(context, object, keys[i].atom);
        if (JS_IsException(value) || !key)
            failed = -1;
        else if (strcmp(key, "default") != 0)
            JS_SetModuleExport(context, module, key, value);
        else
            JS_FreeValue(context, value);
        JS_FreeCString(context, key);
    }
    JS_FreePropertyEnum(context, keys, count);
    if (!failed)
        JS_SetModuleExport(context, module, "default", JS_DupValue(context, object));
    JS_FreeValue(context, object);
    return failed;
}

/* A module whose exports are the properties of a value; takes the value. */
static JSModuleDef *object_module(JSContext *context, const char *name, JSValue object) {
    JSPropertyEnum *keys;
    uint32_t count;
    JSModuleDef *module = JS_NewCModule(context, name, export_object);
    if (!module)
        return NULL;
    JS_AddModuleExport(context, module, "default");
    if (exported_names(context, object, &keys, &count) < 0)
        return NULL;
    for (uint32_t i = 0; i < count; i++) {
        const char *key = JS_AtomToCString(context, keys[i].atom);
        if (key && strcmp(key, "default") != 0)
            JS_AddModuleExport(context, module, key);
        JS_FreeCString(context, key);
    }
    JS_FreePropertyEnum(context, keys, count);
    JS_SetModulePrivateValue(context, module, object);
    return module;
}

/* Sets what `import.meta` says; the rest of it is JavaScript's to add. */
static int describe(JSContext *context, JSValueConst compiled, const char *name) {
    JSValue meta = JS_GetImportMeta(context, JS_VALUE_GET_PTR(compiled));
    if (JS_IsException(meta))
        return -1;
    JSValue arguments[] = {meta, JS_NewString(context, name)};
    JSValue result = call_js("describe", 2, arguments);
    JS_FreeValue(context, result);
    return JS_IsException(result) ? -1 : 0;
}

/* Loads a module: runcell.load gives its source as a string, or an object to export. */
static JSModuleDef *load(JSContext *context, const char *name, void *opaque, JSValueConst attributes) {
    (void)opaque;
    JSValue arguments[] = {JS_NewString(context, name), JS_DupValue(context, attributes)};
    JSValue loaded = call_js("load", 2, arguments);
    if (JS_IsException(loaded))
        return NULL;
    if (!JS_IsString(loaded)) {
        JSValue object = JS_GetPropertyStr(context, loaded, "exports");
        JS_FreeValue(context, loaded);
        return JS_IsException(object) ? NULL : object_module(context, name, object);
    }
    JSValue compiled = compile_module(context, loaded, name);
    JS_FreeValue(context, loaded);
    if (JS_IsException(compiled))
        return NULL;
    if (describe(context, compiled, name) < 0) {
        JS_FreeValue(context, compiled);
        return NULL;
    }
    JSModuleDef *module = JS_VALUE_GET_PTR(compiled);
    JS_FreeValue(context, compiled); /* the engine holds it by its name */
    return module;
}

static int any_attributes(JSContext *context, void *opaque, JSValueConst attributes) {
    (void)context, (void)opaque, (void)attributes;
    return 0;
}

static void rejected(JSContext *context, JSValueConst promise, JSValueConst reason, bool handled,
                     void *opaque) {
    (void)opaque;
    JSValue arguments[] = {JS_DupValue(context, promise), JS_DupValue(context, reason),
                           JS_NewBool(context, handled)};
    JS_FreeValue(context, call_js("rejected", 3, arguments));
}

/* Memory of SharedArrayBuffers: there is one thread, so that counting who shares it is enough. */
static void *shared_alloc(void *opaque, size_t size) {
    (void)opaque;
    size_t *memory = calloc(1, sizeof(size_t) * 2 + size);
    if (!memory)
        return NULL;
    memory[0] = 1;
    return memory + 2;
}
static void shared_free(void *opaque, void *memory) {
    (void)opaque;
    if (--((size_t *)memory)[-2] == 0)
        free((size_t *)memory - 2);
}
static void shared_keep(void *opaque, void *memory) {
    (void)opaque;
    ((size_t *)memory)[-2]++;
}

/* Gives the prelude quickjs's own std and os modules, before it decides what programs see. */
static void import_own_modules(void) {
    static const char source[] = "import * as std from 'own:std'; import * as os from 'own:os';"
                                 "globalThis.own = {std, os};";
    js_init_module_std(ctx, "own:std");
    js_init_module_os(ctx, "own:os");
    JSValue done = JS_Eval(ctx, source, sizeof source - 1, HIDDEN_FILE, JS_EVAL_TYPE_MODULE);
    JSContext *context;
    while (JS_ExecutePendingJob(rt, &context) > 0)
        ;
    if (JS_IsException(done))
        broken();
    JS_FreeValue(ctx, done);
    JSValue global = JS_GetGlobalObject(ctx);
    JS_SetPropertyStr(ctx, runcell, "own", JS_GetPropertyStr(ctx, global, "own"));
    JSAtom name = JS_NewAtom(ctx, "own");
    JS_DeleteProperty(ctx, global, name, 0);
    JS_FreeAtom(ctx, name);
    JS_FreeValue(ctx, global);
}

void EXPORT(init)(void) {
    rt = JS_NewRuntime();
    ctx = rt ? JS_NewContext(rt) : NULL;
    if (!ctx)
        abort();
    JS_SetMaxStackSize(rt, STACK_LIMIT_BYTES);
    JS_SetCanBlock(rt, true);
    JSSharedArrayBufferFunctions shared = {shared_alloc, shared_free, shared_keep, NULL};
    JS_SetSharedArrayBufferFunctions(rt, &shared);
    runcell_hidden_file = JS_NewAtom(ctx, HIDDEN_FILE);
    js_std_init_handlers(rt);
    runcell = JS_NewObject(ctx);
    add_file_natives(ctx, runcell);
    add_value_natives(ctx, runcell);
    import_own_modules();
    JS_SetModuleLoaderFunc2(rt, normalize, load, any_attributes, NULL);
    JS_SetHostPromiseRejectionTracker(rt, rejected, NULL);
}

void *EXPORT(alloc)(size_t size) { return malloc(size + 1); }

/* text[size] is writable and becomes the NUL that quickjs wants. */
void EXPORT(boot)(char *text, size_t size) {
    text[size] = 0;
    JS_UpdateStackTop(rt);
    JSValue function = JS_Eval(ctx, text, size, HIDDEN_FILE, JS_EVAL_TYPE_GLOBAL);
    JSValue result = JS_Call(ctx, function, JS_UNDEFINED, 1, (JSValueConst *)&runcell);
    if (JS_IsException(function) || JS_IsException(result))
        broken();
    JS_FreeValue(ctx, function);
    JS_FreeValue(ctx, result);
    free(text);
}

void EXPORT(seal)(void) {
    JSMemoryUsage usage;
    JS_UpdateStackTop(rt);
    runcell_quiet = 1;
    if (JS_IsException(call_js("warm", 0, NULL)))
        broken();
    runcell_quiet = 0;
    JS_RunGC(rt);
    JS_ComputeMemoryUsage(rt, &usage);
    JS_SetGCThreshold(rt, (size_t)usage.malloc_size + FIRST_COLLECTION_BYTES);
    fflush(NULL);
}

static int digit(char c) { return c <= '9' ? c - '0' : (c | 32) - 'a' + 10; }

/* Runs the program and ends; returns only when its exit code is 0. */
void EXPORT(run)(char *hex, size_t size) {
    for (size_t i = 0; i + 1 < size; i += 2)
        hex[i / 2] = (char)(digit(hex[i]) << 4 | digit(hex[i + 1]));
    hex[size / 2] = 0;
    JS_UpdateStackTop(rt);
    JSValue job = JS_ParseJSON(ctx, hex, size / 2, HIDDEN_FILE);
    JSValue status = call_js("main", 1, &job);
    if (JS_IsException(status))
        broken();
    int code = JS_VALUE_GET_INT(status);
    fflush(stdout);
    if (code != 0)
        _Exit(code);
}
