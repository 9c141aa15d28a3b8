/* Lines to the cells that they enclose, as pdfplumber finds them: edges that nearly lie on one place are snapped
 * to it, those that follow each other joined, and each crossing is the corner of the smallest rectangle that lines
 * close. The sorts bring both what pdfplumber keeps in dicts, and the order of the cells. */

#include "geometry.h"
#include "growing.h"

/* Thresholds and limits: crossings.py says what each was chosen on. */
typedef struct {
    double tolerance, reach;
    int64_t fewest_lines, most_pairs, most_crossings;
} Rules;

typedef struct {
    double place, start, end;
} Line;

/* Where an upright and a level line meet, by their numbers. */
typedef struct {
    double x, y;
    int32_t upright, level;
} Meeting;

/* A place, and which of the sorted meetings are there; `rank` is its own among all by height. */
typedef struct {
    double x, y;
    int32_t first, end, rank;
} Point;

typedef struct {
    const Meeting *meetings;
    Point *points;
    int32_t *by_height; /* the points, from top to bottom and from left to right */
    int32_t count;
} Crossings;

static int in_order(double one, double other) { return one < other ? -1 : one > other; }

static int by_line(const void *one, const void *other) {
    const Line *a = one, *b = other;
    int order = in_order(a->place, b->place);
    if (!order) order = in_order(a->start, b->start);
    return order ? order : in_order(a->end, b->end);
}

static int by_point(const void *one, const void *other) {
    const Meeting *a = one, *b = other;
    int order = in_order(a->x, b->x);
    return order ? order : in_order(a->y, b->y);
}

static int by_height(const void *one, const void *other) {
    const Point *a = *(const Point *const *)one, *b = *(const Point *const *)other;
    int order = in_order(a->y, b->y);
    return order ? order : in_order(a->x, b->x);
}

/* Puts lines that are nearly on one place exactly on it. */
static void snap_edges(const Rules *rules, Line *lines, size_t count) {
    qsort(lines, count, sizeof *lines, by_line);
    for (size_t start = 0, end; start < count; start = end) {
        double sum = lines[start].place;
        for (end = start + 1; end < count && !(lines[end].place - lines[end - 1].place > rules->tolerance); end++)
            sum += lines[end].place;
        double place = rounded(sum / (double)(end - start));
        for (size_t i = start; i < end; i++) lines[i].place = place;
    }
}

/* Makes one of lines that follow each other, and leaves out the short; how many are left. */
static size_t join_edges(const Rules *rules, Line *lines, size_t count) {
    size_t joined = 0, kept = 0;
    qsort(lines, count, sizeof *lines, by_line);
    for (size_t i = 0; i < count; i++) {
        Line *last = lines + joined - 1;
        if (joined && lines[i].place == last->place && lines[i].start <= last->end + rules->reach)
            last->end = most(last->end, lines[i].end);
        else
            lines[joined++] = lines[i];
    }
    for (size_t i = 0; i < joined; i++)
        if (lines[i].end - lines[i].start >= rules->tolerance) lines[kept++] = lines[i];
    return kept;
}

/* Adds where an upright line meets the level ones, which are sorted; -1 where memory ends. */
static int add_intersections(const Rules *rules, List *meetings, const Line *upright, int32_t number,
                             const Line *level, size_t count) {
    /* the search goes wider than it must; the test below decides */
    double reach = rules->reach, x = upright->place;
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (level[middle].place < upright->start - 2 * reach)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < count && level[low].place <= upright->end + 2 * reach; low++) {
        const Line *line = level + low;
        if (!(upright->start <= line->place + reach && upright->end >= line->place - reach &&
              line->start - reach <= x && x <= line->end + reach))
            continue;
        Meeting *meeting = list_add(meetings);
        if (!meeting) return -1;
        *meeting = (Meeting){x, line->place, number, (int32_t)low};
    }
    return 0;
}

static const Point *point_at(const Crossings *crossings, double x, double y) {
    int32_t low = 0, high = crossings->count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        const Point *point = crossings->points + middle;
        if (point->x < x || (point->x == x && point->y < y))
            low = middle + 1;
        else
            high = middle;
    }
    const Point *point = crossings->points + low;
    return low < crossings->count && point->x == x && point->y == y ? point : NULL;
}

/* Whether one upright line goes through two points, or one level line. Few lines meet in a point: those that were
 * snapped to one place and not joined. */
static int share(const Crossings *crossings, const Point *one, const Point *other, int upright) {
    for (int32_t i = one->first; i < one->end; i++)
        for (int32_t j = other->first; j < other->end; j++) {
            const Meeting *a = crossings->meetings + i, *b = crossings->meetings + j;
            if (upright ? a->upright == b->upright : a->level == b->level) return 1;
        }
    return 0;
}

/* The smallest cell below and to the right of a corner; whether there is one. */
static int find_cell(const Crossings *crossings, const Point *corner, Box *cell) {
    const Point *end = crossings->points + crossings->count;
    for (const Point *below = corner + 1; below < end && below->x == corner->x; below++) {
        if (!share(crossings, corner, below, 1)) continue;
        # /* by height the points of the corner's own height follow it: the first that closes makes
        # the smallest cell */
        for (int32_t rank = corner->rank + 1; rank < crossings->count; rank++) {
            const Point *right = crossings->points + crossings->by_height[rank];
            if (right->y != corner->y) break;
            if (!share(crossings, corner, right, 0)) continue;
            const Point *opposite = point_at(crossings, right->x, below->y);
            if (!opposite || !share(crossings, opposite, below, 0) || !share(crossings, opposite, right, 1)) continue;
            *cell = (Box){corner->x, corner->y, right->x, below->y};
            return 1;
        }
    }
    return 0;
}

/* Fills in the points of sorted meetings; -1 where memory ends, -2 where there are too many. */
static int fill_points(const Rules *rules, Crossings *crossings, size_t meetings) {
    int32_t count = 0, limit = (int32_t)rules->most_crossings;
    crossings->points = malloc(((size_t)limit + 1) * sizeof(Point));
    crossings->by_height = malloc(((size_t)limit + 1) * sizeof(int32_t));
    const Point **sorted = malloc(((size_t)limit + 1) * sizeof *sorted);
    int done = crossings->points && crossings->by_height && sorted ? 0 : -1;
    for (size_t i = 0; !done && i < meetings; i++) {
        const Meeting *meeting = crossings->meetings + i;
        if (!i || by_point(meeting - 1, meeting)) {
            if (count == limit) done = -2;
            if (!done) crossings->points[count++] = (Point){meeting->x, meeting->y, (int32_t)i, 0, 0};
        }
        if (!done) crossings->points[count - 1].end = (int32_t)i + 1;
    }
    for (int32_t i = 0; !done && i < count; i++) sorted[i] = crossings->points + i;
    if (!done) qsort(sorted, (size_t)count, sizeof *sorted, by_height);
    for (int32_t i = 0; !done && i < count; i++) {
        crossings->by_height[i] = (int32_t)(sorted[i] - crossings->points);
        crossings->points[crossings->by_height[i]].rank = i;
    }
    crossings->count = count;
    free(sorted);
    return done;
}

/* The cells of meetings that are sorted, written from left to right; how many. */
static int intersections_to_cells(const Rules *rules, const List *meetings, Box *cells) {
    Crossings crossings = {(const Meeting *)meetings->items, NULL, NULL, 0};
    int done = fill_points(rules, &crossings, meetings->count), found = 0;
    for (int32_t i = 0; !done && i < crossings.count; i++)
        found += find_cell(&crossings, crossings.points + i, cells + found);
    free(crossings.points);
    free(crossings.by_height);
    return done == -1 ? -1 : found;
}

/* Writes the cells that lines enclose, from left to right and from top to bottom; there is room for as many as
 * there may be crossings. How many; -1 where memory ends. */
int cells_read(const Rules *rules, const Box *rulings, int32_t count, Box *cells) {
    Line *lines = malloc(((size_t)count + 1) * sizeof *lines);
    List meetings = {NULL, sizeof(Meeting), 0, 0};
    size_t uprights = 0, levels = 0;
    if (!lines) return -1;
    for (int32_t i = 0; i < count; i++) { /* the upright from the start, the level from the end */
        Box box = rulings[i];
        if (box.bottom - box.top > box.x1 - box.x0)
            lines[uprights++] = (Line){box.x0, box.top, box.bottom};
        else
            lines[(size_t)count - ++levels] = (Line){box.top, box.x0, box.x1};
    }
    Line *level = lines + uprights;
    snap_edges(rules, lines, uprights);
    snap_edges(rules, level, levels);
    uprights = join_edges(rules, lines, uprights);
    levels = join_edges(rules, level, levels);
    int found = 0;
    if (uprights * levels <= (size_t)rules->most_pairs && uprights + levels >= (size_t)rules->fewest_lines) {
        for (size_t i = 0; !found && i < uprights; i++)
            found = add_intersections(rules, &meetings, lines + i, (int32_t)i, level, levels);
        if (!found && meetings.count) qsort(meetings.items, meetings.count, sizeof(Meeting), by_point);
        if (!found) found = intersections_to_cells(rules, &meetings, cells);
    }
    free(meetings.items);
    free(lines);
    return found;
}
