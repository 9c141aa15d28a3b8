/* A list that grows, and a set of keys that are numbered as they come. */
#ifndef GROWING_H
#define GROWING_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    char *items;
    size_t size, count, room;
} List;

/* Room for one more item, zeroed; NULL where memory ends. It holds until the next is added. No limit of its own:
 * what is added is bounded by the characters, objects and segments of a page that are read, and the process has a
 * limit of memory. */
static inline void *list_add(List *list) {
    if (list->count == list->room) {
        size_t room = list->room ? 2 * list->room : 64;
        char *items = realloc(list->items, room * list->size);
        if (!items) return NULL;
        list->items = items;
        list->room = room;
    }
    return memset(list->items + list->size * list->count++, 0, list->size);
}

/* Open addressing, at most half full: a page has hundreds of text objects, each asked for at every letter. */
typedef struct {
    List keys;
    int32_t *slots; /* the number of a key and 1, or 0 */
    size_t slot_count;
} Set;

/* The slot of a key, or the empty one where it belongs: there is always one, as half of them are empty. */
static inline size_t set_slot(const Set *set, const char *key) {
    uint64_t hash = 14695981039346656037u; /* FNV-1a, with the high bits brought down */
    for (size_t i = 0; i < set->keys.size; i++) hash = (hash ^ (unsigned char)key[i]) * 1099511628211u;
    size_t slot = (hash ^ hash >> 29) & (set->slot_count - 1);
    while (set->slots[slot] &&
           memcmp(set->keys.items + set->keys.size * (size_t)(set->slots[slot] - 1), key, set->keys.size))
        slot = (slot + 1) & (set->slot_count - 1);
    return slot;
}

static inline int set_grow(Set *set) {
    size_t wider = set->slot_count ? 2 * set->slot_count : 256;
    int32_t *slots = calloc(wider, sizeof *slots);
    if (!slots) return -1;
    free(set->slots);
    set->slots = slots;
    set->slot_count = wider;
    for (size_t i = 0; i < set->keys.count; i++)
        slots[set_slot(set, set->keys.items + set->keys.size * i)] = (int32_t)i + 1;
    return 0;
}

/* The number of a key, which is added where it is new; -1 where memory ends. */
static inline int32_t set_number(Set *set, const void *key) {
    if (2 * (set->keys.count + 1) > set->slot_count && set_grow(set)) return -1;
    size_t slot = set_slot(set, key);
    if (!set->slots[slot]) {
        void *fresh = list_add(&set->keys);
        if (!fresh) return -1;
        memcpy(fresh, key, set->keys.size);
        set->slots[slot] = (int32_t)set->keys.count;
    }
    return set->slots[slot] - 1;
}

static inline void set_free(Set *set) {
    free(set->keys.items);
    free(set->slots);
}

#endif
