/* Points and boxes. The sums are those of frame.py, in the same order: a box that is worked out there and one
 * that is worked out here are compared, and may not differ in their last bit. */
#ifndef GEOMETRY_H
#define GEOMETRY_H

#include <math.h>

/* (x, y) becomes (ax + cy + e, bx + dy + f). */
typedef struct {
    double a, b, c, d, e, f;
} Matrix;

/* In points from the top left corner of the displayed page. */
typedef struct {
    double x0, top, x1, bottom;
} Box;

/* A displayed page. */
typedef struct {
    double width, height;
    Matrix matrix;
} Frame;

/* As Python's min and max, and not as fmin and fmax: where one is no number, the first stays. */
static inline double least(double one, double other) { return other < one ? other : one; }
static inline double most(double one, double other) { return other > one ? other : one; }

static inline Matrix then(Matrix m, Matrix n) {
    return (Matrix){
        m.a * n.a + m.b * n.c,       m.a * n.b + m.b * n.d,
        m.c * n.a + m.d * n.c,       m.c * n.b + m.d * n.d,
        m.e * n.a + m.f * n.c + n.e, m.e * n.b + m.f * n.d + n.f,
    };
}

static inline double across(const Matrix *m, double x, double y) { return m->a * x + m->c * y + m->e; }
static inline double down(const Matrix *m, double x, double y) { return m->b * x + m->d * y + m->f; }

/* The upright box around where a rectangle lands. */
static inline Box landed(const Matrix *m, double x0, double y0, double x1, double y1) {
    double x = across(m, x0, y0), y = down(m, x0, y0);
    double x2 = across(m, x1, y1), y2 = down(m, x1, y1);
    Box box = {least(x, x2), least(y, y2), most(x, x2), most(y, y2)};
    if ((m->b || m->c) && (m->a || m->d)) { /* slanted: all four corners count */
        double x3 = across(m, x0, y1), y3 = down(m, x0, y1);
        double x4 = across(m, x1, y0), y4 = down(m, x1, y0);
        box = (Box){least(box.x0, least(x3, x4)), least(box.top, least(y3, y4)),
                    most(box.x1, most(x3, x4)), most(box.bottom, most(y3, y4))};
    }
    return box;
}

static inline Box around(Box one, Box other) {
    return (Box){least(one.x0, other.x0), least(one.top, other.top), most(one.x1, other.x1),
                 most(one.bottom, other.bottom)};
}

/* To hundredths, as Python rounds: to the nearer one by the exact value, halves to even. */
static inline double rounded(double value) {
    double scaled = value * 100.0, whole = floor(scaled);
    if (!(fabs(scaled) < 1e15)) return value;
    double rest = scaled - whole;
    if (rest == 0.5) { /* the product itself was rounded: what it lost decides */
        double lost = fma(value, 100.0, -scaled);
        if (lost > 0 || (lost == 0 && fmod(whole, 2.0) != 0)) whole += 1;
    } else if (rest > 0.5) {
        whole += 1;
    }
    return whole == 0 && value < 0 ? -0.0 : whole / 100.0;
}

static inline Box box_rounded(Box box) {
    return (Box){rounded(box.x0), rounded(box.top), rounded(box.x1), rounded(box.bottom)};
}

#endif
