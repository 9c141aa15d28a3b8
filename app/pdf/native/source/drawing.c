/* What is drawn on a page besides text: a walk over its objects and those of its forms, within limits, as maps
 * have a million segments and forms may hold themselves. */

#include "geometry.h"
#include "growing.h"
#include "pdfium.h"

enum { PATH = 2, IMAGE = 3, SHADING = 4, FORM = 5 }; /* FPDF_PAGEOBJ_… */
enum { CURVE = 1, MOVE = 2 };                        /* FPDF_SEGMENT_… */

#define CELLS 64 /* each way, as in native/library.py: a bit for each, so that a row is one number */
#define MOST_PIXELS (UINT64_C(1) << 40) /* of one image: their sum must not overflow */

/* Thresholds and limits: drawing.py says what each was chosen on. */
typedef struct {
    double shortest_ruling, straight, colourful, thickest_ruling;
    int64_t objects, segments, depth; /* the most that are read */
} Rules;

/* What Python reads; the rulings are `count` boxes, the shades `shade_count`. */
typedef struct {
    Box *rulings, *shades;
    int64_t count, shade_count;
    int64_t images, pixels, paths, shapes, left_out;
    uint64_t imaged[CELLS], coloured[CELLS];
} Drawing;

typedef struct {
    Drawing drawing; /* first: its address is that of the whole */
    const Pdfium *pdfium;
    Frame frame;
    Rules rules;
    int64_t objects_left, segments_left;
    List rulings, shades;
    int out_of_memory;
} Reading;

static Matrix matrix_of(const Reading *reading, Handle object) {
    Entries m = {1, 0, 0, 1, 0, 0};
    reading->pdfium->matrix(object, &m);
    return (Matrix){m.a, m.b, m.c, m.d, m.e, m.f};
}

/* The edge of a cell that is nearest to a place, within the page. */
static int cell(double place) {
    place = rint(place);
    return place > 0 ? (place < CELLS ? (int)place : CELLS) : 0;
}

/* Covers the cells of a page whose middle an object's box holds. */
static void cover(const Reading *reading, uint64_t *rows, Handle object, const Matrix *matrix) {
    float left = 0, bottom = 0, right = 0, top = 0;
    if (!reading->pdfium->bounds(object, &left, &bottom, &right, &top)) return;
    Box box = landed(matrix, left, bottom, right, top);
    double across = CELLS / most(reading->frame.width, 1.0), down = CELLS / most(reading->frame.height, 1.0);
    int first = cell(box.x0 * across), end = cell(box.x1 * across);
    if (first >= end) return;
    /* a shift by all 64 bits is undefined */
    uint64_t covered = (end < CELLS ? UINT64_C(1) << end : 0) - (UINT64_C(1) << first);
    for (int row = cell(box.top * down), last = cell(box.bottom * down); row < last; row++)
        rows[row] |= covered;
}

static int64_t pixels(const Reading *reading, Handle image) {
    unsigned width = 0, height = 0;
    reading->pdfium->pixel_size(image, &width, &height);
    uint64_t all = (uint64_t)width * height;
    return (int64_t)(all < MOST_PIXELS ? all : MOST_PIXELS);
}

static int is_coloured(const Reading *reading, Handle path) {
    unsigned red = 0, green = 0, blue = 0, alpha = 0;
    if (!reading->pdfium->fill(path, &red, &green, &blue, &alpha) || !alpha) return 0;
    return most(red, most(green, blue)) - least(red, least(green, blue)) >= reading->rules.colourful;
}

static int is_long(const Reading *reading, double x0, double y0, double x1, double y1) {
    double shortest = reading->rules.shortest_ruling;
    return (x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0) >= shortest * shortest;
}

/* Keeps a side that is a ruling; whether it is none. */
static int leans(Reading *reading, double x0, double y0, double x1, double y1) {
    Box side = {least(x0, x1), least(y0, y1), most(x0, x1), most(y0, y1)};
    if (!(least(side.x1 - side.x0, side.bottom - side.top) <= reading->rules.straight)) return 1;
    Box *ruling = list_add(&reading->rulings);
    if (ruling)
        *ruling = side;
    else
        reading->out_of_memory = 1;
    return 0;
}

/* Keeps the area that the rulings of a part of a path, from its first, go around: what is thinner is a ruling. */
static void keep_shade(Reading *reading, size_t first) {
    const Box *sides = (Box *)reading->rulings.items;
    if (reading->out_of_memory || reading->rulings.count < first + 3) return;
    Box area = sides[first];
    for (size_t i = first + 1; i < reading->rulings.count; i++) area = around(area, sides[i]);
    if (least(area.x1 - area.x0, area.bottom - area.top) <= reading->rules.thickest_ruling) return;
    Box *shade = list_add(&reading->shades);
    if (shade)
        *shade = area;
    else
        reading->out_of_memory = 1;
}

/* Keeps the rulings among a path's sides, and with `shaded` the area of each part of it; whether it has others. */
static int read_sides(Reading *reading, Handle path, int count, const Matrix *matrix, int shaded) {
    const Pdfium *pdfium = reading->pdfium;
    double start_x = 0, start_y = 0, last_x = 0, last_y = 0;
    int others = 0;
    size_t first = reading->rulings.count;
    for (int i = 0; i < count; i++) {
        Handle segment = pdfium->segment(path, i);
        float x = 0, y = 0;
        pdfium->segment_point(segment, &x, &y);
        int kind = pdfium->segment_kind(segment);
        double to_x = across(matrix, x, y), to_y = down(matrix, x, y);
        if (kind == MOVE) {
            if (shaded) keep_shade(reading, first);
            first = reading->rulings.count;
            start_x = to_x;
            start_y = to_y;
        } else if (kind == CURVE) {
            others = 1;
        } else if (is_long(reading, last_x, last_y, to_x, to_y)) {
            others |= leans(reading, last_x, last_y, to_x, to_y);
        }
        if (pdfium->segment_closes(segment) && is_long(reading, to_x, to_y, start_x, start_y))
            others |= leans(reading, to_x, to_y, start_x, start_y);
        last_x = to_x;
        last_y = to_y;
    }
    if (shaded) keep_shade(reading, first);
    return others;
}

static void read_path(Reading *reading, Handle path, const Matrix *matrix) {
    int filled = 0, stroked = 0;
    reading->pdfium->draw_mode(path, &filled, &stroked);
    /* a path that only clips what is drawn after it shows nothing */
    if (!filled && !stroked) return;
    reading->drawing.paths++;
    if (filled && is_coloured(reading, path)) cover(reading, reading->drawing.coloured, path, matrix);
    int count = reading->pdfium->segment_count(path);
    /* what is not read is taken for a shape: a table is made of few segments */
    if (count <= 0 || count > reading->segments_left) {
        reading->drawing.shapes++;
        reading->drawing.left_out += count > 0;
        return;
    }
    reading->segments_left -= count;
    Matrix placed = then(matrix_of(reading, path), *matrix);
    reading->drawing.shapes += read_sides(reading, path, count, &placed, filled && !stroked);
}

/* Reads what is on a page or in a form, no deeper than the limit: forms may hold each other. */
static void read_objects(Reading *reading, Handle holder, int is_form, const Matrix *matrix, int depth) {
    const Pdfium *pdfium = reading->pdfium;
    int count = is_form ? pdfium->form_count(holder) : pdfium->count(holder);
    for (int i = 0; i < count && !reading->out_of_memory; i++) {
        Handle object = is_form ? pdfium->form_object(holder, (unsigned long)i) : pdfium->object(holder, i);
        if (!object) continue;
        # /* one count for the page and its forms: a form that is used a thousand times is read a
        # thousand times */
        if (--reading->objects_left < 0) {
            reading->drawing.left_out++;
            return;
        }
        int kind = pdfium->kind(object);
        if (kind == PATH) {
            read_path(reading, object, matrix);
        } else if (kind == IMAGE) {
            reading->drawing.images++;
            reading->drawing.pixels += pixels(reading, object);
            cover(reading, reading->drawing.imaged, object, matrix);
        } else if (kind == SHADING) {
            cover(reading, reading->drawing.coloured, object, matrix);
        } else if (kind == FORM && depth < reading->rules.depth) {
            Matrix inside = then(matrix_of(reading, object), *matrix);
            read_objects(reading, object, 1, &inside, depth + 1);
        }
    }
}

void drawing_free(Drawing *drawing) {
    if (drawing) {
        free(((Reading *)drawing)->rulings.items);
        free(((Reading *)drawing)->shades.items);
    }
    free(drawing);
}

/* The drawing of a page, for drawing_free; NULL where memory ends. */
Drawing *drawing_read(const Pdfium *pdfium, Handle page, const Frame *frame, const Rules *rules) {
    Reading *reading = calloc(1, sizeof *reading);
    if (!reading) return NULL;
    reading->pdfium = pdfium;
    reading->frame = *frame;
    reading->rules = *rules;
    reading->objects_left = rules->objects;
    reading->segments_left = rules->segments;
    reading->rulings.size = reading->shades.size = sizeof(Box);
    read_objects(reading, page, 0, &frame->matrix, 0);
    if (reading->out_of_memory) {
        drawing_free(&reading->drawing);
        return NULL;
    }
    reading->drawing.rulings = (Box *)reading->rulings.items;
    reading->drawing.count = (int64_t)reading->rulings.count;
    reading->drawing.shades = (Box *)reading->shades.items;
    reading->drawing.shade_count = (int64_t)reading->shades.count;
    return &reading->drawing;
}
