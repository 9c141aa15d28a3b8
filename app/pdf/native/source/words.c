/* Characters to words. Each letter costs some ten calls of pdfium, and a page has thousands: through ctypes that is
 * half of a page's time (docs/decisions/0002-compiled-reader.md).
 *
 * Python gives the text as it is shown, and thresholds with their reasons (words.py). A run of letters between
 * spaces is most often one word, and then its two ends are enough; else each letter is looked at. */

#include "doubts.h"

#define HALF_PI 1.57079632679489661923

/* Quarter turns from the nearest direction: text that leans more is slanted, and no line of the page. Italics are
 * not: they shear, and their baseline is level. */
#define LEANS 0.1

/* In heights of a letter: how far the pen may move within a word. Up or down past any superscript; back past any
 * accent that is set after its letter; ahead by more than any space that pdfium would have seen. */
#define JUMP_ACROSS_LINES 0.9
#define JUMP_BACK 0.5
#define JUMP_AHEAD 1.0

/* Words are parted where these differ: what of doubts.h is so of a text object and of all its letters. */
#define OF_OBJECTS (MARKED | CLEAR | UNPAINTED | CLIPPED)

/* Of a space's width: how near to its start the pen stands that went back over it. */
#define TAKEN_BACK 0.2

#define NOTHING 0u
#define SPACE 0x20u
#define SOFT_HYPHEN 0xADu

/* Thresholds: words.py says what each was chosen on. */
typedef struct {
    double tallest, ascent, descent, touching, overlap, shared_row, level, widest;
    double space, spread, smaller, raised, shadow, close;
    const uint32_t *accents; /* ends with 0 */
} Rules;

/* How a text object is set, as pdfium says; a key that is compared by its bytes, so it is zeroed first: what lies
 * between the fields must not differ. */
typedef struct {
    double size;
    Handle font;
    float a, b, c, d;
    int32_t mode, unused;
} Setting;

typedef struct {
    double size;
    Handle font;
    int32_t mode, direction, slanted, unused;
} Style;

/* A word, or a part of one that `joins` the word before it: its box and style are the whole's by then. */
typedef struct {
    int32_t start, end, style, joins;
    Box box;
    int32_t doubts, unused; /* of doubts.h: why a reader may not see it */
    Handle object;
} Word;

typedef struct {
    double x, top, bottom;
} Ruling;

typedef struct {
    int32_t place, style, doubts;
    Handle object;
    Box box;
} Glyph;

/* What Python reads; whether any word joins another, any accent stands in the text, and any word is doubtful;
 * `twice` are the places of letters that were drawn before, and of spaces that the pen went back over, `raised` those of
 * exponents. */
typedef struct {
    Word *words;
    Style *styles;
    int32_t *twice, *raised;
    int64_t word_count, style_count, twice_count, raised_count, joins, accents, doubtful;
} Words;

typedef struct {
    Words found; /* first: its address is that of the whole */
    const Pdfium *pdfium;
    Handle text_page;
    Frame frame;
    Rules rules;

    Set objects, settings;
    List styles_of_objects, styles, words, glyphs, twice, raised;
    Handle last_object;
    int32_t last_style;

    const uint32_t *shown;
    int32_t count;
    const Ruling *rulings;
    int32_t ruling_count;
    int right_to_left;
    int32_t end; /* of the word before */
    Doubts *doubts;
} Reading;

static int is_white(uint32_t code) {
    return (code >= 9 && code <= 13) || (code >= 0x1C && code <= 0x20) || code == 0x85 || code == 0xA0 ||
           code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 ||
           code == 0x202F || code == 0x205F || code == 0x3000;
}

static int is_accent(const Reading *reading, uint32_t code) {
    for (const uint32_t *accent = reading->rules.accents; *accent; accent++)
        if (*accent == code) return 1;
    return 0;
}

static int runs_to_left(uint32_t code) {
    return (code >= 0x590 && code <= 0x8FF) || (code >= 0xFB1D && code <= 0xFDFF) ||
           (code >= 0xFE70 && code <= 0xFEFF) || (code >= 0x10800 && code <= 0x10FFF) ||
           (code >= 0x1E800 && code <= 0x1EFFF);
}

/* -- styles ------------------------------------------------------------------------------------------- */

static Setting setting_at(const Reading *reading, int32_t place, Handle object) {
    Setting setting;
    Entries m = {0, 0, 0, 0, 0, 0};
    memset(&setting, 0, sizeof setting);
    reading->pdfium->text_matrix(reading->text_page, place, &m);
    setting.size = reading->pdfium->font_size(reading->text_page, place);
    setting.font = reading->pdfium->font(object);
    setting.mode = reading->pdfium->render_mode(object);
    /* a negative size turns the letters round, as a matrix of negative numbers does */
    float sign = setting.size < 0 ? -1 : 1;
    setting.size = fabs(setting.size);
    setting.a = sign * m.a, setting.b = sign * m.b, setting.c = sign * m.c, setting.d = sign * m.d;
    return setting;
}

static Style style_of(const Setting *setting, const Matrix *frame) {
    Matrix m = then((Matrix){setting->a, setting->b, setting->c, setting->d, 0, 0}, *frame);
    double turns = atan2(m.b, m.a) / HALF_PI;
    if (isnan(turns)) turns = 0; /* a matrix of a damaged file */
    double nearest = rint(turns);
    /* rint gives -2 to 2: text that is upside down may be either of these */
    Style style = {rounded(setting->size * sqrt(m.c * m.c + m.d * m.d)), setting->font, setting->mode,
                   ((int32_t)nearest + 4) % 4, fabs(turns - nearest) > LEANS, 0};
    return style;
}

/* The number of a text object's style, given a place in it. Objects are known by their address, styles by their
 * setting: a page has hundreds of objects and a handful of styles. */
static int32_t style_number(Reading *reading, int32_t place, Handle object) {
    size_t known = reading->objects.keys.count;
    int32_t number = set_number(&reading->objects, &object);
    if (number < 0) return -1;
    int32_t *style = (int32_t *)reading->styles_of_objects.items + number;
    if ((size_t)number < known) return *style;
    Setting setting = setting_at(reading, place, object);
    if (!(style = list_add(&reading->styles_of_objects))) return -1;
    known = reading->settings.keys.count;
    if ((*style = set_number(&reading->settings, &setting)) < 0) return -1;
    if ((size_t)*style == known) {
        Style *fresh = list_add(&reading->styles);
        if (!fresh) return -1;
        *fresh = style_of(&setting, &reading->frame.matrix);
    }
    return *style;
}

/* The number of the style of the character at a place, -1 where memory ends. */
static int32_t style_at(Reading *reading, int32_t place) {
    Handle object = reading->pdfium->text_object(reading->text_page, place);
    /* most letters stand in the object of the letter before */
    if (reading->last_style < 0 || object != reading->last_object) {
        reading->last_style = style_number(reading, place, object);
        reading->last_object = object;
    }
    return reading->last_style;
}

static const Style *style(const Reading *reading, int32_t number) {
    return (const Style *)reading->styles.items + number;
}

/* -- boxes -------------------------------------------------------------------------------------------- */

static Sides loose_box(const Reading *reading, int32_t place) {
    Sides sides = {0, 0, 0, 0};
    reading->pdfium->loose_box(reading->text_page, place, &sides);
    return sides;
}

/* As seen by a reader for whom text of this direction runs to the right. */
static Box upright(Box box, int direction) {
    switch (direction) {
    case 1: return (Box){box.top, -box.x1, box.bottom, -box.x0};
    case 2: return (Box){-box.x1, -box.bottom, -box.x0, -box.top};
    case 3: return (Box){-box.bottom, box.x0, -box.top, box.x1};
    default: return box;
    }
}

static int shows(const Frame *frame, Box box) {
    double x = (box.x0 + box.x1) / 2, y = (box.top + box.bottom) / 2;
    return 0 <= x && x <= frame->width && 0 <= y && y <= frame->height;
}

/* The number of the first ruling that does not stand to the left of a place. */
static int32_t first_ruling(const Reading *reading, double x) {
    int32_t low = 0, high = reading->ruling_count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (reading->rulings[middle].x < x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The next ruling from one on that passes through a box; the end where there is none. */
static int32_t next_cut(const Reading *reading, Box box, int32_t from, int32_t end) {
    double middle = (box.top + box.bottom) / 2;
    while (from < end && !(reading->rulings[from].top <= middle && middle <= reading->rulings[from].bottom))
        from++;
    return from;
}

/* Whether a ruling passes through a box, at least a point from its sides: text may touch the lines of its cell. */
static int is_cut(const Reading *reading, Box box) {
    int32_t first = first_ruling(reading, box.x0 + 1), end = first_ruling(reading, box.x1 - 1);
    return first < end && next_cut(reading, box, first, end) < end;
}

/* The box of a word whose letters claim far more height than their size is. */
static Box on_baseline(const Reading *reading, int32_t place, Box box, const Style *set) {
    double x = 0, y = 0, up = reading->rules.ascent * set->size, down_ = reading->rules.descent * set->size;
    reading->pdfium->origin(reading->text_page, place, &x, &y);
    double left = across(&reading->frame.matrix, x, y), top = down(&reading->frame.matrix, x, y);
    if (set->direction % 2) {
        box.x0 = rounded(left - (set->direction == 1 ? down_ : up));
        box.x1 = rounded(left + (set->direction == 1 ? up : down_));
    } else {
        box.top = rounded(top - (set->direction == 0 ? up : down_));
        box.bottom = rounded(top + (set->direction == 0 ? down_ : up));
    }
    return box;
}

/* -- words -------------------------------------------------------------------------------------------- */

static int touches(const Reading *reading, const Word *last, const Word *word) {
    const Style *one_style = style(reading, last->style), *other_style = style(reading, word->style);
    if (one_style->direction != other_style->direction || other_style->slanted) return 0;
    Box one = upright(last->box, one_style->direction), other = upright(word->box, one_style->direction);
    double shared = least(one.bottom, other.bottom) - most(one.top, other.top);
    double em = most(one_style->size, other_style->size), gap = other.x0 - one.x1;
    return shared >= reading->rules.shared_row * least(one.bottom - one.top, other.bottom - other.top) &&
           reading->rules.overlap * em <= gap && gap <= reading->rules.touching * em;
}

/* Whether what follows is smaller, and ends higher up. */
static int is_raised(const Reading *reading, Box last, int32_t last_style, Box mark, int32_t mark_style) {
    double size = style(reading, last_style)->size;
    int direction = style(reading, last_style)->direction;
    return style(reading, mark_style)->size < reading->rules.smaller * size &&
           upright(mark, direction).bottom < upright(last, direction).bottom - reading->rules.raised * size;
}

static int is_digit(uint32_t code) { return code >= '0' && code <= '9'; }

/* Whether these are three small letters and a figure, as a word and the number of its note are. */
static int is_numbered(const Reading *reading, int32_t letters, int32_t figure) {
    if (letters < 0) return 0;
    for (int32_t place = letters; place < letters + 3; place++) {
        uint32_t code = reading->shown[place];
        if (!((code >= 'a' && code <= 'z') || (code >= 0xDF && code <= 0xFF))) return 0;
    }
    return is_digit(reading->shown[figure]);
}

/* Whether a figure ends the number ten that stands alone, as before an exponent. */
static int is_ten(const Reading *reading, int32_t place) {
    const uint32_t *shown = reading->shown;
    if (place < 1 || shown[place] != '0' || shown[place - 1] != '1') return 0;
    return place < 2 || !(is_digit(shown[place - 2]) || shown[place - 2] == '.' || shown[place - 2] == ',');
}

static int is_minus(uint32_t code) { return code == '-' || code == 0x2212 || code == 0x2013; }

/* Whether a raised figure, or a minus, follows a figure. */
static int is_on_figure(const Reading *reading, int32_t last, int32_t place) {
    uint32_t code = reading->shown[place];
    return last >= 0 && is_digit(reading->shown[last]) && (is_digit(code) || (is_minus(code) && is_ten(reading, last)));
}

/* Keeps the places of what is an exponent; -1 where memory ends. */
static int keep_raised(Reading *reading, int32_t start, int32_t end) {
    for (; start < end; start++) {
        int32_t *place = list_add(&reading->raised);
        if (!place) return -1;
        *place = start;
    }
    return 0;
}

/* A letter of a script whose words are parted by spaces and their letters by none. */
static int is_spelt(uint32_t code) {
    return is_digit(code) || (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z') ||
           (code >= 0xC0 && code <= 0x58F);
}

static int stands_before_space(uint32_t code) {
    return is_spelt(code) || code == '.' || code == ',' || code == ';' || code == ':' || code == ')';
}

/* Whether nothing but pdfium's own white space parts two words: it takes a raised or lowered letter for another
 * line (a carriage return and a line feed), and an accent for a word. */
static int parted_in_vain(const Reading *reading, int32_t end, int32_t start) {
    if (start - end != 2 && !(start - end == 1 && reading->found.accents)) return 0;
    int accent = is_accent(reading, reading->shown[end - 1]) || is_accent(reading, reading->shown[start]);
    return (start - end == 2 || accent) && reading->pdfium->is_generated(reading->text_page, end) == 1;
}

/* A soft hyphen alone is no word: it shows only where it ends one. */
static int has_letters(const Reading *reading, int32_t start, int32_t end) {
    for (; start < end; start++)
        if (reading->shown[start] != NOTHING && reading->shown[start] != SOFT_HYPHEN) return 1;
    return 0;
}

/* Keeps a word, if it shows; 0, or -1 where memory ends. */
static int keep(Reading *reading, Word word) {
    const Style *set = style(reading, word.style);
    double height = set->direction % 2 ? word.box.x1 - word.box.x0 : word.box.bottom - word.box.top;
    if (height > reading->rules.tallest * set->size) word.box = on_baseline(reading, word.start, word.box, set);
    if (!has_letters(reading, word.start, word.end)) return 0;
    word.object = reading->pdfium->text_object(reading->text_page, word.start);
    word.doubts = doubts_of_copies(reading->doubts, reading->text_page, &word.object, word.box);
    if (!shows(&reading->frame, word.box)) word.doubts |= BESIDE;
    if (most(set->size, height) < reading->doubts->rules.tiny) word.doubts |= TINY;
    reading->found.doubtful |= word.doubts;
    if (reading->words.count && parted_in_vain(reading, reading->end, word.start)) {
        const Word *last = (const Word *)reading->words.items + reading->words.count - 1;
        int number = is_numbered(reading, word.start - 5, word.start) &&
                     is_raised(reading, last->box, last->style, word.box, word.style);
        int on_figure = is_on_figure(reading, reading->end - 1, word.start) &&
                        is_raised(reading, last->box, last->style, word.box, word.style);
        if (on_figure && is_ten(reading, reading->end - 1)) {
            if (keep_raised(reading, word.start, word.end)) return -1;
        } else if (on_figure) {
            number = 1; /* of a note, on an amount */
        }
        if (!number && touches(reading, last, &word)) {
            word.joins = reading->found.joins = 1;
            word.box = box_rounded(around(last->box, word.box));
            /* an index must not make its word small */
            if (style(reading, last->style)->size >= set->size) word.style = last->style;
        }
    }
    reading->end = word.end;
    Word *kept = list_add(&reading->words);
    if (!kept) return -1;
    *kept = word;
    return 0;
}

/* Whether a run is one word beyond doubt: its ends stand on one line, no further apart than its letters are
 * wide. Then its box is given. */
static int is_whole(const Reading *reading, int32_t start, int32_t end, Box *box) {
    Sides first = loose_box(reading, start), last = loose_box(reading, end - 1);
    double left = first.left, bottom = first.bottom, right = first.right, top = first.top;
    double left2 = last.left, bottom2 = last.bottom, right2 = last.right, top2 = last.top;
    double height = top - bottom, width = right - left, slack = reading->rules.widest * (end - start);
    int level = fabs(bottom - bottom2) + fabs(top - top2) <= reading->rules.level * height &&
                fabs(right2 - left) <= slack * height;
    if (!level && (fabs(left - left2) + fabs(right - right2) > reading->rules.level * width ||
                   fabs(bottom2 - top) > slack * width))
        return 0;
    for (int32_t place = start; reading->right_to_left && place < end; place++)
        if (runs_to_left(reading->shown[place])) return 0;
    *box = box_rounded(landed(&reading->frame.matrix, least(left, left2), least(bottom, bottom2),
                              most(right, right2), most(top, top2)));
    return !is_cut(reading, *box);
}

/* Whether the pen moved to another line or place between two characters, though no space says so. */
static int jumps(const Reading *reading, const Glyph *last, const Glyph *glyph, const Style *set) {
    /* the boxes of slanted letters overlap, and text that runs to the left goes back at each letter */
    if (set->slanted || runs_to_left(reading->shown[glyph->place])) return 0;
    Box before = upright(last->box, set->direction), after = upright(glyph->box, set->direction);
    double height = most(most(before.bottom - before.top, after.bottom - after.top), 1.0);
    double shift = fabs(before.top + before.bottom - after.top - after.bottom) / 2;
    return shift > JUMP_ACROSS_LINES * height || after.x0 < before.x0 - JUMP_BACK * height ||
           after.x0 - before.x1 > JUMP_AHEAD * height;
}

static double gap_between(const Reading *reading, const Glyph *last, const Glyph *glyph) {
    int direction = style(reading, last->style)->direction;
    return upright(glyph->box, direction).x0 - upright(last->box, direction).x1;
}

/* Whether a word, begun so many letters before, ends before a letter that was written apart: there is room for
 * a space, or it is the number of a note. */
static int ends(const Reading *reading, const Glyph *glyph, int32_t letters) {
    const Glyph *last = glyph - 1;
    const Style *last_style = style(reading, last->style), *set = style(reading, glyph->style);
    if (glyph->object == last->object || set->slanted) return 0;
    if (is_numbered(reading, glyph->place - 3, glyph->place) &&
        is_raised(reading, last->box, last->style, glyph->box, glyph->style))
        return 1;
    if (is_on_figure(reading, last->place, glyph->place) && !is_ten(reading, last->place) &&
        is_raised(reading, last->box, last->style, glyph->box, glyph->style))
        return 1;
    if (letters < 2 || !stands_before_space(reading->shown[last->place]) ||
        !is_spelt(reading->shown[glyph->place]))
        return 0;
    double gap = gap_between(reading, last, glyph);
    return reading->rules.space * most(last_style->size, set->size) <= gap &&
           reading->rules.spread * gap_between(reading, last - 1, last) <= gap;
}

static Box around_glyphs(const Glyph *glyphs, int32_t count) {
    Box box = glyphs[0].box;
    for (int32_t i = 1; i < count; i++) box = around(box, glyphs[i].box);
    return box_rounded(box);
}

static int keep_glyphs(Reading *reading, const Glyph *glyphs, int32_t count) {
    int32_t start = glyphs[0].place, number = style_at(reading, start);
    if (number < 0) return -1;
    return keep(reading, (Word){start, glyphs[count - 1].place + 1, number, 0, around_glyphs(glyphs, count), 0, 0, NULL});
}

/* Whether a ruling passes through text that was written across it: letters of one text object that stand as close
 * as letters do. */
static int runs_across(const Reading *reading, const Glyph *glyph) {
    const Glyph *last = glyph - 1;
    double em = style(reading, glyph->style)->size;
    return glyph->object == last->object && glyph->style == last->style &&
           fabs(glyph->box.x0 - last->box.x1) <= reading->rules.close * em;
}

/* Keeps the words of an unbroken run of letters, cut where rulings pass through it. */
static int keep_cut(Reading *reading, const Glyph *glyphs, int32_t count) {
    Box box = around_glyphs(glyphs, count); /* a point within, as in is_cut */
    int32_t ruling = first_ruling(reading, box.x0 + 1), last = first_ruling(reading, box.x1 - 1), start = 0;
    for (; (ruling = next_cut(reading, box, ruling, last)) < last; ruling++) {
        double x = reading->rulings[ruling].x;
        int32_t end = 0;
        while (end < count && (glyphs[end].box.x0 + glyphs[end].box.x1) / 2 <= x) end++;
        if (start < end && end < count && !runs_across(reading, glyphs + end)) {
            if (keep_glyphs(reading, glyphs + start, end - start)) return -1;
            start = end;
        }
    }
    return keep_glyphs(reading, glyphs + start, count - start);
}

/* Whether the same letter stands there already, drawn by another text object: a shadow, or a fake bold face. */
static int is_twice(const Reading *reading, const Glyph *glyph, int32_t before) {
    double most_apart = reading->rules.shadow * style(reading, glyph->style)->size;
    for (int32_t back = 1; back <= 2 && back <= before; back++) {
        const Glyph *other = glyph - back;
        if (reading->shown[other->place] == reading->shown[glyph->place] && other->object != glyph->object &&
            fabs(other->box.x0 - glyph->box.x0) <= most_apart && fabs(other->box.top - glyph->box.top) <= most_apart &&
            fabs(other->box.x1 - glyph->box.x1) <= most_apart)
            return 1;
    }
    return 0;
}

/* The letters of a run that have a box, in the list of glyphs; -1 where memory ends. */
static int read_glyphs(Reading *reading, int32_t start, int32_t end) {
    reading->glyphs.count = 0;
    for (int32_t place = start; place < end; place++) {
        if (reading->shown[place] == NOTHING || reading->shown[place] == SPACE) continue;
        Sides sides = loose_box(reading, place);
        if (sides.left == 0 && sides.bottom == 0 && sides.right == 0 && sides.top == 0) continue;
        Glyph *glyph = list_add(&reading->glyphs);
        if (!glyph) return -1;
        glyph->place = place;
        if ((glyph->style = style_at(reading, place)) < 0) return -1;
        glyph->object = reading->last_object;
        glyph->box = landed(&reading->frame.matrix, sides.left, sides.bottom, sides.right, sides.top);
        int goes_on = reading->glyphs.count > 1 && glyph[-1].object == glyph->object;
        Handle shown = glyph->object;
        glyph->doubts = goes_on ? glyph[-1].doubts
                                : doubts_of_copies(reading->doubts, reading->text_page, &shown, glyph->box) & OF_OBJECTS;
        if (is_twice(reading, glyph, (int32_t)reading->glyphs.count - 1)) {
            int32_t *twice = list_add(&reading->twice);
            if (!twice) return -1;
            *twice = place;
            reading->glyphs.count--;
        }
    }
    return 0;
}

/* Keeps the exponents of ten among letters. */
static int keep_exponents(Reading *reading, const Glyph *glyphs, int32_t count) {
    for (int32_t at = 1; at < count; at++) {
        const Glyph *last = glyphs + at - 1, *glyph = glyphs + at;
        if (last->object == glyph->object || !is_ten(reading, last->place) ||
            !is_on_figure(reading, last->place, glyph->place) ||
            !is_raised(reading, last->box, last->style, glyph->box, glyph->style))
            continue;
        for (; at < count && glyphs[at].style == glyph->style; at++)
            if (keep_raised(reading, glyphs[at].place, glyphs[at].place + 1)) return -1;
    }
    return 0;
}

/* Keeps the words of a run, with a look at every letter. */
static int keep_parts(Reading *reading, int32_t start, int32_t end, int32_t number) {
    if (read_glyphs(reading, start, end)) return -1;
    const Glyph *glyphs = (const Glyph *)reading->glyphs.items;
    int32_t count = (int32_t)reading->glyphs.count, first = 0;
    if (keep_exponents(reading, glyphs, count)) return -1;
    for (int32_t at = 1; at < count; at++) {
        if (!jumps(reading, glyphs + at - 1, glyphs + at, style(reading, number)) &&
            !ends(reading, glyphs + at, at - first) && glyphs[at].doubts == glyphs[at - 1].doubts)
            continue;
        if (keep_cut(reading, glyphs + first, at - first)) return -1;
        number = glyphs[at].style;
        first = at;
    }
    return count ? keep_cut(reading, glyphs + first, count - first) : 0;
}

static int keep_run(Reading *reading, int32_t start, int32_t end) {
    int32_t number = style_at(reading, start);
    Box box;
    if (number < 0) return -1;
    int written_at_once =
        start + 1 == end || reading->pdfium->text_object(reading->text_page, end - 1) == reading->last_object;
    if (written_at_once && is_whole(reading, start, end, &box))
        return keep(reading, (Word){start, end, number, 0, box, 0, 0, NULL});
    return keep_parts(reading, start, end, number);
}

/* What a page without accents or letters that run to the left need not be asked for at each word. */
static void look_over(Reading *reading) {
    for (int32_t place = 0; place < reading->count; place++) {
        uint32_t code = reading->shown[place];
        if (code < 0x80) continue;
        reading->found.accents |= is_accent(reading, code);
        reading->right_to_left |= runs_to_left(code);
    }
}

/* Whether the pen went back over a space that was written: what follows stands where the space began. */
static int is_taken_back(const Reading *reading, int32_t place) {
    double x = 0, y = 0, next_x = 0, next_y = 0;
    if (place < 1 || place + 1 >= reading->count || reading->shown[place - 1] <= SPACE ||
        reading->shown[place + 1] <= SPACE)
        return 0;
    if (!reading->pdfium->origin(reading->text_page, place, &x, &y) ||
        !reading->pdfium->origin(reading->text_page, place + 1, &next_x, &next_y))
        return 0;
    Sides sides = loose_box(reading, place);
    double wide = least(sides.right - sides.left, sides.top - sides.bottom); /* some fonts claim great heights */
    if (fabs(next_x - x) + fabs(next_y - y) > TAKEN_BACK * wide) return 0;
    Sides last = loose_box(reading, place - 1), next = loose_box(reading, place + 1);
    if (next.left - last.right > TAKEN_BACK * wide || next.bottom - last.top > TAKEN_BACK * wide) return 0;
    if (last.left - next.right > 0 || last.bottom - next.top > 0) return 0;
    return reading->pdfium->is_generated(reading->text_page, place) == 0;
}

/* The end of a run of letters between spaces; -1 where memory ends. */
static int32_t run_end(Reading *reading, int32_t start) {
    int32_t end = start;
    for (; end < reading->count; end++) {
        if (reading->shown[end] != SPACE) continue;
        if (end == start || !is_taken_back(reading, end)) break;
        int32_t *place = list_add(&reading->twice);
        if (!place) return -1;
        *place = end;
    }
    return end;
}

/* -- what Python calls -------------------------------------------------------------------------------- */

/* Writes what pdfium says that each of the first characters of a text page is. */
void words_codes(const Pdfium *pdfium, Handle text_page, int32_t count, uint32_t *codes) {
    for (int32_t place = 0; place < count; place++) codes[place] = pdfium->unicode(text_page, place);
}

void words_free(Words *words) {
    Reading *reading = (Reading *)words;
    if (!reading) return;
    set_free(&reading->objects);
    set_free(&reading->settings);
    free(reading->styles_of_objects.items);
    free(reading->styles.items);
    free(reading->words.items);
    free(reading->glyphs.items);
    free(reading->twice.items);
    free(reading->raised.items);
    free(reading);
}

/* A text page to be read, for words_free; NULL where memory ends. */
Words *words_begin(const Pdfium *pdfium, Handle text_page, const Frame *frame, const Rules *rules) {
    Reading *reading = calloc(1, sizeof *reading);
    if (!reading) return NULL;
    reading->pdfium = pdfium;
    reading->text_page = text_page;
    reading->frame = *frame;
    reading->rules = *rules;
    reading->last_style = -1;
    reading->objects.keys.size = sizeof(Handle);
    reading->settings.keys.size = sizeof(Setting);
    reading->styles_of_objects.size = sizeof(int32_t);
    reading->styles.size = sizeof(Style);
    reading->words.size = sizeof(Word);
    reading->glyphs.size = sizeof(Glyph);
    reading->twice.size = sizeof(int32_t);
    reading->raised.size = sizeof(int32_t);
    return &reading->found;
}

static int done(Reading *reading) {
    reading->found.styles = (Style *)reading->styles.items;
    reading->found.style_count = (int64_t)reading->styles.count;
    reading->found.words = (Word *)reading->words.items;
    reading->found.word_count = (int64_t)reading->words.count;
    reading->found.twice = (int32_t *)reading->twice.items;
    reading->found.twice_count = (int64_t)reading->twice.count;
    reading->found.raised = (int32_t *)reading->raised.items;
    reading->found.raised_count = (int64_t)reading->raised.count;
    return 0;
}

/* Reads the styles at every so many starts of runs without white space; -1 where memory ends. */
int words_sample(Words *words, const uint32_t *codes, int32_t count, int32_t every) {
    Reading *reading = (Reading *)words;
    int32_t run = 0;
    for (int32_t place = 0; place < count; place++) {
        if (is_white(codes[place]) || (place && !is_white(codes[place - 1]))) continue;
        if (run++ % every == 0 && style_at(reading, place) < 0) return -1;
    }
    return done(reading);
}

/* Writes where the characters' style changes, and its number from there on. How often it does; -1 where memory
 * ends. */
int words_styles(Words *words, int32_t count, int32_t *places, int32_t *numbers) {
    Reading *reading = (Reading *)words;
    int32_t changes = 0;
    for (int32_t place = 0; place < count; place++) {
        int32_t number = style_at(reading, place);
        if (number < 0) return -1;
        if (changes && numbers[changes - 1] == number) continue;
        places[changes] = place;
        numbers[changes++] = number;
    }
    done(reading);
    return changes;
}

/* Reads the words of what is shown: space between them, NOTHING where nothing shows. The rulings are sorted.
 * -1 where memory ends. */
int words_read(Words *words, const uint32_t *shown, int32_t count, const Ruling *rulings, int32_t ruling_count,
               Doubts *doubts) {
    Reading *reading = (Reading *)words;
    reading->doubts = doubts;
    reading->shown = shown;
    reading->count = count;
    reading->rulings = rulings;
    reading->ruling_count = ruling_count;
    look_over(reading);
    for (int32_t start = 0, end; start < count; start = end + 1) {
        if ((end = run_end(reading, start)) < 0) return -1;
        int32_t first = start, last = end;
        while (first < last && shown[first] == NOTHING) first++;
        while (last > first && shown[last - 1] == NOTHING) last--;
        if (first < last && keep_run(reading, first, last)) return -1;
    }
    return done(reading);
}
