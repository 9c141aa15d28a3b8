/* Words to rows: a row begins at a word, and takes those whose middle stands at nearly its height. Words are asked
 * for rows several times (for each band between rulings, and with narrow and wide gaps), which is why this is
 * compiled. */

#include "geometry.h"

#include <stdint.h>
#include <stdlib.h>

/* Thresholds: rows.py says what each was chosen on. */
typedef struct {
    double shared, lowest, gap;
} Rules;

/* A word by where it stands; `rank` keeps the order of those that stand on one place. */
typedef struct {
    double place;
    int32_t rank, word;
} Key;

typedef struct {
    double top, bottom, height;
    int64_t pieces;
} Row;

typedef struct {
    double x0, x1;
    int64_t words;
} Piece;

static int by_place(const void *one, const void *other) {
    const Key *a = one, *b = other;
    # /* qsort keeps no order of equals, and C libraries differ in it: the rank makes the bytes the
    # same on all */
    if (a->place != b->place) return a->place < b->place ? -1 : 1;
    return a->rank < b->rank ? -1 : a->rank > b->rank;
}

static int by_size(const void *one, const void *other) {
    double a = *(const double *)one, b = *(const double *)other;
    return a < b ? -1 : a > b;
}

/* Where the row of a word ends: the middles are measured from the first word, so that a slope of words does not
 * become one row. */
static int32_t end_of_row(const Rules *rules, const Box *boxes, const Key *keys, int32_t start, int32_t count) {
    const Box *first = boxes + keys[start].word;
    double lowest = first->bottom - first->top;
    int32_t end = start + 1;
    for (; end < count; end++) {
        const Box *box = boxes + keys[end].word;
        if (!(keys[end].place - keys[start].place <= rules->shared * least(lowest, box->bottom - box->top))) break;
    }
    return end;
}

/* The row of these words; their keys are put from left to right, and its pieces written. */
static Row read_row(const Rules *rules, const Box *boxes, Key *keys, int32_t count, double *heights, Piece *pieces) {
    Row row = {boxes[keys[0].word].top, boxes[keys[0].word].bottom, 0, 0};
    for (int32_t i = 0; i < count; i++) {
        const Box *box = boxes + keys[i].word;
        keys[i].place = box->x0;
        keys[i].rank = i;
        heights[i] = box->bottom - box->top;
        row.top = least(row.top, box->top);
        row.bottom = most(row.bottom, box->bottom);
    }
    qsort(keys, (size_t)count, sizeof *keys, by_place);
    qsort(heights, (size_t)count, sizeof *heights, by_size);
    row.height = heights[count / 2];
    double widest = rules->gap * most(rules->lowest, row.height);
    for (int32_t i = 0; i < count; i++) {
        const Box *box = boxes + keys[i].word;
        Piece *piece = pieces + row.pieces - 1;
        if (!i || box->x0 - piece->x1 > widest) {
            pieces[row.pieces++] = (Piece){box->x0, box->x1, 1};
            continue;
        }
        piece->words++;
        piece->x1 = most(piece->x1, box->x1);
    }
    return row;
}

/* Writes the rows of words, their pieces and the numbers of the words in them, each row by row; there is room
 * for as many as there are words. How many rows there are; -1 where memory ends. */
int rows_read(const Rules *rules, const Box *boxes, int32_t count, Row *rows, Piece *pieces, int32_t *order) {
    /* one more than there are: malloc(0) may give NULL, which would be read as the end of memory */
    Key *keys = malloc(((size_t)count + 1) * sizeof *keys);
    double *heights = malloc(((size_t)count + 1) * sizeof *heights);
    int found = keys && heights ? 0 : -1;
    for (int32_t i = 0; !found && i < count; i++) keys[i] = (Key){(boxes[i].top + boxes[i].bottom) / 2, i, i};
    if (!found) qsort(keys, (size_t)count, sizeof *keys, by_place);
    for (int32_t start = 0, end; found >= 0 && start < count; start = end) {
        end = end_of_row(rules, boxes, keys, start, count);
        rows[found] = read_row(rules, boxes, keys + start, end - start, heights, pieces);
        pieces += rows[found++].pieces;
    }
    for (int32_t i = 0; found >= 0 && i < count; i++) order[i] = keys[i].word;
    free(keys);
    free(heights);
    return found;
}
