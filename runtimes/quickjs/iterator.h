/*
 * Looking at what a Map or Set iterator has yet to give, for inspection: the
 * public interface can only find out by using it up. Included by a patch into
 * quickjs.c, after the types it needs.
 */

/* [what, [item, ...]], what being "Map Iterator" or "Set Iterator"; undefined for any other value. */
JSValue runcell_iterator_rest(JSContext *ctx, JSValueConst value) {
    for (int magic = 0; magic < 2; magic++) {
        JSMapIteratorData *iterator = JS_GetOpaque(value, JS_CLASS_MAP_ITERATOR + magic);
        if (!iterator)
            continue;
        JSValue items = JS_NewArray(ctx);
        uint32_t count = 0;
        JSMapState *map = JS_IsUndefined(iterator->obj)
                              ? NULL : JS_GetOpaque(iterator->obj, JS_CLASS_MAP + magic);
        struct list_head *at = map ? (iterator->cur_record ? &iterator->cur_record->link : &map->records) : NULL;
        for (at = at ? at->next : NULL; map && at != &map->records; at = at->next) {
            JSMapRecord *record = list_entry(at, JSMapRecord, link);
            if (record->empty)
                continue;
            JSValueConst key = record->key, second = magic ? record->key : record->value;
            JSValue item;
            if (iterator->kind == JS_ITERATOR_KIND_KEY_AND_VALUE) {
                item = JS_NewArray(ctx);
                JS_SetPropertyUint32(ctx, item, 0, JS_DupValue(ctx, key));
                JS_SetPropertyUint32(ctx, item, 1, JS_DupValue(ctx, second));
            } else {
                item = JS_DupValue(ctx, iterator->kind == JS_ITERATOR_KIND_KEY ? key : second);
            }
            JS_SetPropertyUint32(ctx, items, count++, item);
        }
        JSValue pair = JS_NewArray(ctx);
        const char *name = iterator->kind == JS_ITERATOR_KIND_KEY_AND_VALUE
                               ? (magic ? "Set Entries" : "Map Entries")
                               : (magic ? "Set Iterator" : "Map Iterator");
        JS_SetPropertyUint32(ctx, pair, 0, JS_NewString(ctx, name));
        JS_SetPropertyUint32(ctx, pair, 1, items);
        return pair;
    }
    return JS_UNDEFINED;
}
