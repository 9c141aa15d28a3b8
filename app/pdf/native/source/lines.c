/* A page's straight lines: which are edges of shaded areas, and whether any that is none passes through words. */

#include "geometry.h"
#include "growing.h"

/* Thresholds: struck.py says what each was chosen on. */
typedef struct {
    double edge, on_one_line, joined, shortest, highest, lowest;
} StrikeRules;

/* A side of an area, to tenths of a point. */
typedef struct {
    double x0, top, x1, bottom;
} Side;

/* To tenths, as Python rounds; a zero has no sign, as sides are compared by their bytes. */
static double in_tenths(double value) {
    double scaled = value * 10.0, whole = floor(scaled);
    if (!(fabs(scaled) < 1e15)) return value;
    /* the product was rounded: its true place between two tenths decides, and halves go to the even one */
    double over = fma(value, 10.0, -(whole + 0.5));
    if (over > 0 || (over == 0 && fmod(whole, 2.0) != 0)) whole += 1;
    return whole + 0.0;
}

static Side side_of(double x0, double top, double x1, double bottom) {
    return (Side){in_tenths(x0), in_tenths(top), in_tenths(x1), in_tenths(bottom)};
}

static int keep_sides(Set *sides, Box area) {
    Side four[] = {
        side_of(area.x0, area.top, area.x1, area.top),
        side_of(area.x0, area.bottom, area.x1, area.bottom),
        side_of(area.x0, area.top, area.x0, area.bottom),
        side_of(area.x1, area.top, area.x1, area.bottom),
    };
    for (int i = 0; i < 4; i++)
        if (set_number(sides, four + i) < 0) return -1;
    return 0;
}

/* Writes of each line whether it is drawn, and no edge of a shaded area; -1 where memory ends. */
int32_t drawn_read(const Box *lines, int32_t count, const Box *areas, int32_t area_count, uint8_t *found) {
    Set sides = {.keys = {.size = sizeof(Side)}};
    int32_t done = 0;
    for (int32_t i = 0; !done && i < area_count; i++) done = keep_sides(&sides, areas[i]);
    size_t known = sides.keys.count;
    for (int32_t i = 0; !done && i < count; i++) {
        Side side = side_of(lines[i].x0, lines[i].top, lines[i].x1, lines[i].bottom);
        int32_t number = set_number(&sides, &side);
        if (number < 0) done = -1;
        else found[i] = (size_t)number >= known;
    }
    set_free(&sides);
    return done;
}

static int by_value(const void *one, const void *other) {
    double a = *(const double *)one, b = *(const double *)other;
    return a < b ? -1 : a > b;
}

static int by_top(const void *one, const void *other) {
    return by_value(&((const Box *)one)->top, &((const Box *)other)->top);
}

/* A level line and the row that it is joined on. */
typedef struct {
    double row;
    Box box;
} Level;

static int by_row(const void *one, const void *other) {
    const Level *a = one, *b = other;
    # /* by all sides, as qsort keeps no order of equals: what is joined must not differ between C
    # libraries */
    int order = by_value(&a->row, &b->row);
    if (!order) order = by_value(&a->box.x0, &b->box.x0);
    if (!order) order = by_value(&a->box.top, &b->box.top);
    if (!order) order = by_value(&a->box.x1, &b->box.x1);
    return order ? order : by_value(&a->box.bottom, &b->box.bottom);
}

/* Whether a line stands where one of some sorted sides of areas does. */
static int is_edge(const double *edges, int32_t count, double place) {
    int32_t low = 0, high = count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        /* a step to either side: a line and a side that nearly touch may be rounded apart */
        if (edges[middle] < place - 1) low = middle + 1;
        else high = middle;
    }
    return low < count && edges[low] <= place + 1;
}

/* The level lines that are no edges, those that go on as one joined; how many there are. */
static int32_t join_levels(const StrikeRules *rules, const Box *lines, int32_t count, const double *edges,
                           int32_t edge_count, Level *found) {
    int32_t kept = 0, joined = 0;
    for (int32_t i = 0; i < count; i++) {
        Box box = lines[i];
        if (box.x1 - box.x0 > box.bottom - box.top && !is_edge(edges, edge_count, rint(box.top / rules->edge)))
            found[kept++] = (Level){rint(box.top / rules->on_one_line), box};
    }
    qsort(found, (size_t)kept, sizeof *found, by_row);
    for (int32_t i = 0; i < kept; i++) {
        Level *last = found + joined - 1;
        if (joined && last->row == found[i].row && found[i].box.x0 <= last->box.x1 + rules->joined)
            last->box.x1 = most(last->box.x1, found[i].box.x1);
        else
            found[joined++] = found[i];
    }
    return joined;
}

/* Whether a line passes through one of some boxes, sorted by their tops. */
static int passes_through(const StrikeRules *rules, Box line, const Box *boxes, int32_t count, double tallest) {
    double y = (line.top + line.bottom) / 2;
    int32_t low = 0, high = count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (boxes[middle].top < y - rules->lowest * tallest) low = middle + 1;
        else high = middle;
    }
    for (; low < count && boxes[low].top <= y; low++) {
        double height = boxes[low].bottom - boxes[low].top;
        if (boxes[low].top + rules->highest * height <= y && y <= boxes[low].top + rules->lowest * height &&
            least(line.x1, boxes[low].x1) - most(line.x0, boxes[low].x0) > 0)
            return 1;
    }
    return 0;
}

/* Whether any level line that is no edge of an area passes through one of some boxes, which are sorted for it; -1
 * where memory ends. */
int32_t lines_strike(const StrikeRules *rules, const Box *lines, int32_t count, const Box *areas, int32_t area_count,
                     Box *boxes, int32_t box_count) {
    Level *levels = malloc(((size_t)count + 1) * sizeof *levels);
    double *edges = malloc((4 * (size_t)area_count + 1) * sizeof *edges);
    int32_t found = levels && edges ? 0 : -1;
    if (!found) {
        const double *sides = (const double *)areas; /* NULL where there are none */
        for (int32_t i = 0; i < 4 * area_count; i++) edges[i] = rint(sides[i] / rules->edge);
        qsort(edges, 4 * (size_t)area_count, sizeof *edges, by_value);
        qsort(boxes, (size_t)box_count, sizeof *boxes, by_top);
        double tallest = 0;
        for (int32_t i = 0; i < box_count; i++) tallest = most(boxes[i].bottom - boxes[i].top, tallest);
        int32_t joined = join_levels(rules, lines, count, edges, 4 * area_count, levels);
        for (int32_t i = 0; !found && i < joined; i++)
            found = levels[i].box.x1 - levels[i].box.x0 >= rules->shortest &&
                    passes_through(rules, levels[i].box, boxes, box_count, tallest);
    }
    free(levels);
    free(edges);
    return found;
}
