/* The walk over a page's objects that tells what may keep a reader from seeing its text: layers, clips, colours and
 * what is drawn later. */

#include "doubts.h"

enum { TEXT = 1, PATH = 2, IMAGE = 3, SHADING = 4, FORM = 5 }; /* FPDF_PAGEOBJ_… */
enum { OUTLINED = 1, UNPAINTED_MODE = 3, OUTLINED_CLIP = 5, CLIP_MODE = 7 };  /* FPDF_TEXTRENDERMODE_… */

#define MOST_MARKS 16 /* of one object that are asked for their names */
#define NAME_BYTES 8
#define OPAQUE 250 /* of 255 */
#define EVERYWHERE 1e9
#define LONGEST_COMPARED 2000 /* letters of a text object: a line has fewer */
#define SAME_PLACE 0.5 /* points between the edges of a text object and of its copy */
#define MOST_COMPARED 4000 /* text objects of a page that are compared: a map has more, and nothing twice */

/* What an object inherits from the forms that hold it. */
typedef struct {
    Matrix matrix;
    Box clip;
    int32_t doubts, is_clipped;
    int depth;
    double alpha; /* 0–1 */
} Within;

static Matrix matrix_of(const Doubts *doubts, Handle object) {
    Entries m = {1, 0, 0, 1, 0, 0};
    doubts->pdfium->matrix(object, &m);
    return (Matrix){m.a, m.b, m.c, m.d, m.e, m.f};
}

/* Whether marked content of a layer holds an object: the name of the mark is OC, in UTF-16. */
static int is_marked(const Doubts *doubts, Handle object) {
    int count = doubts->pdfium->mark_count(object);
    for (int i = 0; i < count && i < MOST_MARKS; i++) {
        unsigned short name[NAME_BYTES / 2] = {0};
        unsigned long bytes = 0;
        Handle mark = doubts->pdfium->mark(object, (unsigned long)i);
        if (mark && doubts->pdfium->mark_name(mark, name, NAME_BYTES, &bytes) && bytes == 6 && name[0] == 'O' &&
            name[1] == 'C')
            return 1;
    }
    return 0;
}

/* The box of one of a clip's paths; one that has no points hides nothing that is known. */
static Box path_box(const Doubts *doubts, Handle clip, int path, const Matrix *matrix) {
    const Pdfium *pdfium = doubts->pdfium;
    Box box = {EVERYWHERE, EVERYWHERE, -EVERYWHERE, -EVERYWHERE};
    int count = pdfium->clip_segment_count(clip, path);
    for (int i = 0; i < count && i < 4096; i++) {
        float x = 0, y = 0;
        Handle segment = pdfium->clip_segment(clip, path, i);
        if (!segment || !pdfium->segment_point(segment, &x, &y)) continue;
        double left = across(matrix, x, y), top = down(matrix, x, y);
        box = around(box, (Box){left, top, left, top});
    }
    return box.x0 <= box.x1 ? box : (Box){-EVERYWHERE, -EVERYWHERE, EVERYWHERE, EVERYWHERE};
}

/* What of an inherited box an object's own clip leaves. */
static void clip_to(const Doubts *doubts, Handle object, Within *within) {
    Handle clip = doubts->pdfium->clip(object);
    int count = clip ? doubts->pdfium->clip_count(clip) : 0;
    for (int i = 0; i < count; i++) {
        Box box = path_box(doubts, clip, i, &within->matrix);
        within->is_clipped = 1;
        within->clip = (Box){most(within->clip.x0, box.x0), most(within->clip.top, box.top),
                             least(within->clip.x1, box.x1), least(within->clip.bottom, box.bottom)};
    }
}

static void keep_text(Doubts *doubts, Handle object, const Within *holder) {
    Within within = *holder;
    unsigned red = 0, green = 0, blue = 0, alpha = 255;
    int mode = doubts->pdfium->render_mode(object);
    size_t known = doubts->objects.keys.count;
    int32_t number = set_number(&doubts->objects, &object);
    if (number < 0 || ((size_t)number == known && !list_add(&doubts->drawn))) {
        doubts->out_of_memory = 1;
        return;
    }
    Drawn *drawn = (Drawn *)doubts->drawn.items + number;
    clip_to(doubts, object, &within);
    drawn->doubts = within.doubts | (is_marked(doubts, object) ? MARKED : 0);
    drawn->drawn = doubts->count;
    drawn->is_clipped = within.is_clipped;
    drawn->clip = within.clip;
    drawn->red = drawn->green = drawn->blue = -1;
    if (mode == UNPAINTED_MODE || mode == CLIP_MODE) {
        drawn->doubts |= UNPAINTED;
        return;
    }
    int outlined = mode == OUTLINED || mode == OUTLINED_CLIP;
    if (!(outlined ? doubts->pdfium->stroke : doubts->pdfium->fill)(object, &red, &green, &blue, &alpha)) return;
    drawn->red = (int32_t)red, drawn->green = (int32_t)green, drawn->blue = (int32_t)blue;
    double opacity = within.alpha * alpha / 255.0;
    if (opacity <= 0) drawn->doubts |= CLEAR;
    else if (opacity < doubts->rules.faint) drawn->doubts |= FAINT;
}

static void keep_cover(Doubts *doubts, Handle object, int kind, const Within *within) {
    unsigned red = 0, green = 0, blue = 0, alpha = 255;
    int filled = 1, stroked = 0;
    float left = 0, bottom = 0, right = 0, top = 0;
    if (kind == PATH) {
        doubts->pdfium->draw_mode(object, &filled, &stroked);
        if (!filled || !doubts->pdfium->fill(object, &red, &green, &blue, &alpha)) return;
    }
    if (within->alpha * alpha < OPAQUE || (int64_t)doubts->covers.count >= doubts->rules.covers ||
        !doubts->pdfium->bounds(object, &left, &bottom, &right, &top))
        return;
    Box box = landed(&within->matrix, left, bottom, right, top);
    if (box.x1 - box.x0 < doubts->rules.smallest_cover || box.bottom - box.top < doubts->rules.smallest_cover) return;
    Cover *cover = list_add(&doubts->covers);
    if (!cover) {
        doubts->out_of_memory = 1;
        return;
    }
    *cover = (Cover){doubts->count, kind == PATH ? (int32_t)red : -1, (int32_t)green, (int32_t)blue, box};
}

static void walk(Doubts *doubts, Handle holder, int is_form, const Within *within);

static void enter_form(Doubts *doubts, Handle form, const Within *within) {
    Within inside = *within;
    unsigned red = 0, green = 0, blue = 0, alpha = 255;
    clip_to(doubts, form, &inside);
    inside.matrix = then(matrix_of(doubts, form), within->matrix);
    inside.doubts |= IN_FORM | (is_marked(doubts, form) ? MARKED : 0);
    inside.depth++;
    if (doubts->pdfium->fill(form, &red, &green, &blue, &alpha)) inside.alpha *= alpha / 255.0;
    walk(doubts, form, 1, &inside);
}

static void walk(Doubts *doubts, Handle holder, int is_form, const Within *within) {
    const Pdfium *pdfium = doubts->pdfium;
    int count = is_form ? pdfium->form_count(holder) : pdfium->count(holder);
    for (int i = 0; i < count && !doubts->out_of_memory; i++) {
        Handle object = is_form ? pdfium->form_object(holder, (unsigned long)i) : pdfium->object(holder, i);
        if (!object) continue;
        if (--doubts->objects_left < 0) return;
        int kind = pdfium->kind(object);
        doubts->count++;
        if (kind == TEXT)
            keep_text(doubts, object, within);
        else if (kind == PATH || kind == IMAGE || kind == SHADING)
            keep_cover(doubts, object, kind, within);
        else if (kind == FORM && within->depth < doubts->rules.depth)
            enter_form(doubts, object, within);
    }
}

static Box *read_bounds(const Doubts *doubts) {
    Box *bounds = calloc(doubts->drawn.count, sizeof *bounds);
    for (size_t i = 0; bounds && i < doubts->drawn.count; i++) {
        float left = 0, bottom = 0, right = 0, top = 0;
        doubts->pdfium->bounds(((Handle *)doubts->objects.keys.items)[i], &left, &bottom, &right, &top);
        bounds[i] = (Box){left, bottom, right, top};
    }
    return bounds;
}

static int is_same_place(Box box, Box other) {
    return fabs(box.x0 - other.x0) < SAME_PLACE && fabs(box.top - other.top) < SAME_PLACE &&
           fabs(box.x1 - other.x1) < SAME_PLACE && fabs(box.bottom - other.bottom) < SAME_PLACE;
}

/* Whether two text objects say the same. pdfium gives a copy, of the same letters in the same place, no text: what it
 * gives another text stands over the first one to replace it, as a new price over an old one of the same width. */
static int says_the_same(const Doubts *doubts, Handle text_page, Handle object, Handle other) {
    unsigned short own[LONGEST_COMPARED] = {0}, others[LONGEST_COMPARED] = {0};
    unsigned long size = doubts->pdfium->object_text(object, text_page, own, sizeof own);
    unsigned long other_size = doubts->pdfium->object_text(other, text_page, others, sizeof others);
    if (size <= sizeof *own || other_size <= sizeof *own) return 1;
    return size == other_size && size <= sizeof own && !memcmp(own, others, size);
}

int32_t doubts_of_copies(Doubts *doubts, Handle text_page, Handle *object, Box box) {
    int32_t found = doubts_of(doubts, *object, box);
    const Drawn *drawn = (const Drawn *)doubts->drawn.items, *text = drawn_object(doubts, *object);
    if (!(found & (CLIPPED | COVERED)) || doubts->drawn.count > MOST_COMPARED) return found;
    if (!doubts->bounds && !(doubts->bounds = read_bounds(doubts))) return found;
    Box own = doubts->bounds[text - drawn];
    for (size_t i = 0; i < doubts->drawn.count; i++) {
        Handle other = ((Handle *)doubts->objects.keys.items)[i];
        if (drawn + i == text || !is_same_place(doubts->bounds[i], own)) continue;
        if (!says_the_same(doubts, text_page, *object, other)) continue;
        int32_t others = doubts_of(doubts, other, box);
        if ((others & CLIPPED) < (found & CLIPPED) || ((others & CLIPPED) == (found & CLIPPED) && drawn[i].drawn > text->drawn)) {
            *object = other;
            found = others;
        }
    }
    return found;
}

void doubts_free(Doubts *doubts) {
    if (!doubts) return;
    free(doubts->bounds);
    set_free(&doubts->objects);
    free(doubts->drawn.items);
    free(doubts->covers.items);
    free(doubts);
}

/* What is doubtful of the text objects of a page, for doubts_free; NULL where memory ends. */
Doubts *doubts_read(const Pdfium *pdfium, Handle page, const Frame *frame, const DoubtRules *rules) {
    Doubts *doubts = calloc(1, sizeof *doubts);
    if (!doubts) return NULL;
    doubts->pdfium = pdfium;
    doubts->rules = *rules;
    doubts->objects_left = rules->objects;
    doubts->objects.keys.size = sizeof(Handle);
    doubts->drawn.size = sizeof(Drawn);
    doubts->covers.size = sizeof(Cover);
    Within within = {frame->matrix, {-EVERYWHERE, -EVERYWHERE, EVERYWHERE, EVERYWHERE}, 0, 0, 0, 1};
    walk(doubts, page, 0, &within);
    if (doubts->out_of_memory) {
        doubts_free(doubts);
        return NULL;
    }
    return doubts;
}
