/* Words to pieces of lines, the neighbours of lines, and what comes after what: loops over boxes that a page's layout
 * asks for at each of its words and lines. Boxes are a reader's: text runs to the right. */

#include "geometry.h"

#include <stdint.h>

/* Thresholds: lines.py and blocks.py say what each was chosen on. */
typedef struct {
    double overlap, wide_gap, on_one_row, shared_row, apart;
    int64_t most_parts;
} PieceRules;

typedef struct {
    double stacked, apart;
} OrderRules;

static double shared_height(Box one, Box other) { return least(one.bottom, other.bottom) - most(one.top, other.top); }

static double lower(Box one, Box other) { return least(one.bottom - one.top, other.bottom - other.top); }

/* Where, among the last groups, the formula begins that a box of this type size goes on with; their number where
 * there is none. */
static int32_t start_of_formula(const PieceRules *rules, const Box *found, const int32_t *starts, const double *sizes,
                                int32_t count, double size, Box box) {
    int32_t start = count;
    Box whole = box;
    for (int32_t at = count - 1; at >= 0 && at >= count - rules->most_parts; at--) {
        Box other = found[at];
        double em = most(sizes[starts[at]], size);
        if (whole.top - other.bottom > rules->apart * em || other.top - whole.bottom > rules->apart * em ||
            other.x0 - whole.x1 > em || whole.x0 - other.x1 > em)
            break;
        if (shared_height(box, other) >= rules->shared_row * lower(box, other)) start = at;
        whole = around(whole, other);
    }
    return start;
}

/* Keeps a group of words that begins with one; the parts of a formula become one group. Returns how many there are. */
static int32_t keep_group(const PieceRules *rules, Box *found, int32_t *starts, const double *sizes, int32_t count,
                          int32_t first, Box box) {
    int32_t start = start_of_formula(rules, found, starts, sizes, count, sizes[first], box);
    starts[count] = first;
    found[count] = box;
    for (int32_t at = start + 1; at <= count; at++) found[start] = around(found[start], found[at]);
    return start + 1;
}

static int goes_on(const PieceRules *rules, Box group, Box box, double em) {
    double gap = box.x0 - group.x1;
    return -rules->overlap * em <= gap && gap <= rules->wide_gap * em &&
           shared_height(box, group) >= rules->on_one_row * lower(box, group);
}

/* Writes where each piece begins among words, in the order in which they were written, and its box: words that were
 * written one after the other on one row, and the parts of a formula. There is room for as many as there are words.
 * Returns how many there are. */
int32_t pieces_read(const PieceRules *rules, const Box *boxes, const double *sizes, int32_t count, int32_t *starts,
                    Box *found) {
    int32_t pieces = 0, first = 0;
    Box group = {0, 0, 0, 0};
    for (int32_t i = 0; i < count; i++) {
        double em = most(most(sizes[i], i ? sizes[i - 1] : 0), 1);
        if (i > first && goes_on(rules, group, boxes[i], em)) {
            group = around(boxes[i], group);
            continue;
        }
        if (i) pieces = keep_group(rules, found, starts, sizes, pieces, first, group);
        first = i;
        group = boxes[i];
    }
    return count ? keep_group(rules, found, starts, sizes, pieces, first, group) : 0;
}

/* The nearest box to the right on the row of one, of boxes sorted by their tops; -1 where there is none. */
static int32_t to_the_right(const Box *boxes, int32_t count, int32_t place, double reaching, double on_one_row) {
    Box box = boxes[place];
    double reach = reaching * (box.bottom - box.top), nearest = INFINITY;
    int32_t found = -1;
    for (int32_t step = -1; step <= 1; step += 2)
        for (int32_t at = place + step; at >= 0 && at < count; at += step) {
            Box other = boxes[at];
            if (fabs(other.top - box.top) > reach) break;
            if (box.x0 < other.x0 && other.x0 < nearest && shared_height(box, other) >= on_one_row * lower(box, other)) {
                found = at;
                nearest = other.x0;
            }
        }
    return found;
}

/* Writes for each of some boxes, sorted by their tops, the number of its neighbour to the right, -1 for none.
 * `reaching` is how many of its heights up or down that may stand. */
void neighbours_read(const Box *boxes, int32_t count, double reaching, double on_one_row, int32_t *found) {
    for (int32_t i = 0; i < count; i++) found[i] = to_the_right(boxes, count, i, reaching, on_one_row);
}

static int stands_beside(Box box, Box strip) {
    double middle = (box.top + box.bottom) / 2;
    return strip.top <= middle && middle <= strip.bottom;
}

/* Whether one box stands left, and another right of one of these strips. */
static int is_beyond(Box one, Box other, const Box *strips, int32_t strip_count) {
    for (int32_t i = 0; i < strip_count; i++) {
        double middle = (strips[i].x0 + strips[i].x1) / 2;
        if (one.x1 <= middle && middle <= other.x0 && stands_beside(one, strips[i]) && stands_beside(other, strips[i]))
            return 1;
    }
    return 0;
}

/* Writes for each of some boxes whether it comes after one of them: below it in its column, or beyond a strip. */
void followers_read(const OrderRules *rules, const Box *boxes, int32_t count, int32_t place, const Box *strips,
                    int32_t strip_count, uint8_t *found) {
    Box box = boxes[place];
    for (int32_t i = 0; i < count; i++) {
        Box other = boxes[i];
        double overlap = least(other.x1, box.x1) - most(other.x0, box.x0);
        int stacked = overlap > rules->stacked * least(other.x1 - other.x0, box.x1 - box.x0);
        int below = stacked && shared_height(other, box) <= rules->apart * lower(other, box) &&
                    box.top + box.bottom < other.top + other.bottom;
        found[i] = (uint8_t)(i != place && (below || is_beyond(box, other, strips, strip_count)));
    }
}
