/* Words that were drawn before, in the same place or nearly: each is compared with those of its text that stand
 * nearly as high, as a page says "the" a hundred times. */

#include "geometry.h"
#include "growing.h"

/* Thresholds: mended.py says what each was chosen on. */
typedef struct {
    double shadow, row;
} RepeatRules;

/* A text, by the number of the first word that has it, and a row of the page. */
typedef struct {
    int32_t text, row;
} Key;

typedef struct {
    const RepeatRules *rules;
    const Box *boxes;
    Set keys;
    List lasts;    /* of each key the last word that was kept, from 1 */
    int32_t *next; /* of each word the one that was kept before it, from 1 */
} Repeats;

static int32_t row_of(const RepeatRules *rules, double y) {
    double row = floor(y / rules->row);
    return fabs(row) < 1e9 ? (int32_t)row : 0;
}

/* The last word of a text on a row; NULL where memory ends. */
static int32_t *last_of(Repeats *repeats, int32_t text, int32_t row) {
    Key key = {text, row};
    size_t known = repeats->keys.keys.count;
    int32_t number = set_number(&repeats->keys, &key);
    if (number < 0 || ((size_t)number == known && !list_add(&repeats->lasts))) return NULL;
    return (int32_t *)repeats->lasts.items + number;
}

static int is_near(Box box, Box other, double apart) {
    return fabs(box.x0 - other.x0) <= apart && fabs(box.top - other.top) <= apart && fabs(box.x1 - other.x1) <= apart;
}

/* Whether a word was drawn before on a row; -1 where memory ends. */
static int was_drawn(Repeats *repeats, int32_t text, int32_t word, int32_t row, double apart) {
    int32_t *last = last_of(repeats, text, row);
    if (!last) return -1;
    for (int32_t at = *last; at; at = repeats->next[at - 1])
        if (is_near(repeats->boxes[word], repeats->boxes[at - 1], apart)) return 1;
    return 0;
}

static int read_word(Repeats *repeats, int32_t text, int32_t word, double size) {
    double apart = repeats->rules->shadow * size, top = repeats->boxes[word].top;
    int32_t first = row_of(repeats->rules, top - apart), below = row_of(repeats->rules, top + apart);
    int drawn = was_drawn(repeats, text, word, first, apart);
    if (!drawn && below > first) drawn = was_drawn(repeats, text, word, below, apart);
    if (drawn) return drawn;
    int32_t *last = last_of(repeats, text, row_of(repeats->rules, top));
    if (!last) return -1;
    repeats->next[word] = *last;
    *last = word + 1;
    return 0;
}

/* Writes of each word whether it was drawn before, given the number of the first that has its text. How many were;
 * -1 where memory ends. */
int32_t repeated_read(const RepeatRules *rules, const int32_t *texts, const Box *boxes, const double *sizes,
                      int32_t count, uint8_t *found) {
    Repeats repeats = {.rules = rules, .boxes = boxes};
    repeats.keys.keys.size = sizeof(Key);
    repeats.lasts.size = sizeof(int32_t);
    repeats.next = calloc((size_t)count + 1, sizeof *repeats.next);
    int32_t repeated = repeats.next ? 0 : -1;
    for (int32_t i = 0; repeated >= 0 && i < count; i++) {
        int drawn = read_word(&repeats, texts[i], i, sizes[i]);
        found[i] = drawn > 0;
        repeated = drawn < 0 ? -1 : repeated + drawn;
    }
    set_free(&repeats.keys);
    free(repeats.lasts.items);
    free(repeats.next);
    return repeated;
}
