/* What may keep a reader from seeing a text object, as its page's objects say it in one walk (doubts.c):
 * hidden/part.py says what becomes of it. */
#ifndef DOUBTS_H
#define DOUBTS_H

#include "geometry.h"
#include "growing.h"
#include "pdfium.h"

/* As in hidden/flags.py. The first five are looked at in a picture, which decides. */
enum {
    MARKED = 1,     /* in marked content of an optional layer */
    COVERED = 2,    /* something opaque was drawn over it later */
    PALE = 4,       /* of nearly the colour of what lies beneath */
    FAINT = 8,      /* nearly transparent */
    IN_FORM = 16,   /* in a form, which may be a layer's */
    UNPAINTED = 32, /* render mode 3 or 7 */
    CLIPPED = 64,   /* outside of its clipping path */
    CLEAR = 128,    /* of no opacity */
    BESIDE = 256,   /* off the page */
    TINY = 512,     /* too small to be read */
    OVER_IMAGE = 1024, /* on an image, whose colours are not known */
};

/* Thresholds and limits: words.py says what each was chosen on. */
typedef struct {
    double faint, pale, smallest_cover, shown_share, tiny;
    int64_t objects, covers, depth; /* the most that are looked at */
} DoubtRules;

/* A text object: what is doubtful of it as a whole, when it is drawn, its colour, where it may show. */
typedef struct {
    int32_t doubts, drawn, red, green, blue, is_clipped;
    Box clip;
} Drawn;

/* A filled path, or an image or a shading, which have no one colour (`red` is -1). */
typedef struct {
    int32_t drawn, red, green, blue;
    Box box;
} Cover;

typedef struct {
    const Pdfium *pdfium;
    DoubtRules rules;
    Set objects; /* text objects, by their address */
    List drawn;  /* of each */
    List covers;
    Box *bounds; /* of each text object, once one is looked for that is drawn twice */
    int32_t count;
    int64_t objects_left;
    int out_of_memory;
} Doubts;

static inline int is_within(Box box, double x, double y) {
    return box.x0 <= x && x <= box.x1 && box.top <= y && y <= box.bottom;
}

static inline double share_within(Box box, Box clip) {
    double width = least(box.x1, clip.x1) - most(box.x0, clip.x0);
    double height = least(box.bottom, clip.bottom) - most(box.top, clip.top);
    double area = (box.x1 - box.x0) * (box.bottom - box.top);
    return width <= 0 || height <= 0 ? 0 : area > 0 ? width * height / area : 1;
}

static inline const Drawn *drawn_object(const Doubts *doubts, Handle object) {
    if (!doubts->objects.slot_count) return NULL;
    size_t slot = set_slot(&doubts->objects, (const char *)&object);
    int32_t number = doubts->objects.slots[slot];
    return number ? (const Drawn *)doubts->drawn.items + number - 1 : NULL;
}

/* What is doubtful of a word of a text object. */
static inline int32_t doubts_of(const Doubts *doubts, Handle object, Box box) {
    const Drawn *text = drawn_object(doubts, object);
    if (!text) return 0;
    int32_t found = text->doubts, red = 255, green = 255, blue = 255, over = 0;
    double x = (box.x0 + box.x1) / 2, y = (box.top + box.bottom) / 2;
    if (text->is_clipped && share_within(box, text->clip) < doubts->rules.shown_share) found |= CLIPPED;
    for (size_t i = 0; i < doubts->covers.count; i++) {
        const Cover *cover = (const Cover *)doubts->covers.items + i;
        if (!is_within(cover->box, x, y)) continue;
        if (cover->drawn > text->drawn) {
            found |= COVERED;
            continue;
        }
        over = cover->red < 0;
        red = cover->red, green = cover->green, blue = cover->blue;
    }
    if (text->red < 0) return found;
    double apart = fabs((double)text->red - red) + fabs((double)text->green - green) + fabs((double)text->blue - blue);
    return found | (over ? OVER_IMAGE : apart <= doubts->rules.pale ? PALE : 0);
}

/* What is doubtful of a word whose text object may be drawn once more in the same place, as editors do to show it in two
 * clips: that of the one that shows it best, the later one of two alike, which `object` then is. */
int32_t doubts_of_copies(Doubts *doubts, Handle text_page, Handle *object, Box box);

#endif
