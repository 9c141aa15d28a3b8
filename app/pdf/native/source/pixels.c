/* Comparisons of pictures of one size, four bytes a pixel: blue, green, red, nothing. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

static int difference(const uint8_t *one, const uint8_t *other) {
    return abs(one[0] - other[0]) + abs(one[1] - other[1]) + abs(one[2] - other[2]);
}

/* How many pixels of a rectangle differ between two pictures by at least so much, summed over the colours. The
 * rectangle lies within the pictures. */
int32_t pixels_changed(const uint8_t *one, const uint8_t *other, int32_t width, int32_t left, int32_t top,
                       int32_t right, int32_t bottom, int32_t least) {
    int32_t found = 0;
    for (int32_t y = top; y < bottom; y++)
        for (int32_t x = left; x < right; x++) {
            size_t at = 4 * ((size_t)y * (size_t)width + (size_t)x);
            found += difference(one + at, other + at) >= least;
        }
    return found;
}

/* How many pixels of a rectangle differ from its first by at least so much. */
int32_t pixels_uneven(const uint8_t *picture, int32_t width, int32_t left, int32_t top, int32_t right, int32_t bottom,
                      int32_t least) {
    int32_t found = 0;
    const uint8_t *first = picture + 4 * ((size_t)top * (size_t)width + (size_t)left);
    for (int32_t y = top; y < bottom; y++)
        for (int32_t x = left; x < right; x++)
            found += difference(picture + 4 * ((size_t)y * (size_t)width + (size_t)x), first) >= least;
    return found;
}

/* How well what a picture shows in a rectangle agrees with letters: the correlation, 0-1, between where they are (two
 * pictures with and without them differ there) and how bright it is; 0 where either is even. */
double pixels_agreement(const uint8_t *with, const uint8_t *without, const uint8_t *shown, int32_t width, int32_t left,
                        int32_t top, int32_t right, int32_t bottom) {
    double count = 0, sum_x = 0, sum_y = 0, sum_xx = 0, sum_yy = 0, sum_xy = 0;
    for (int32_t j = top; j < bottom; j++)
        for (int32_t i = left; i < right; i++) {
            size_t at = 4 * ((size_t)j * (size_t)width + (size_t)i);
            double x = difference(with + at, without + at), y = shown[at] + shown[at + 1] + shown[at + 2];
            count++, sum_x += x, sum_y += y, sum_xx += x * x, sum_yy += y * y, sum_xy += x * y;
        }
    double spread = (count * sum_xx - sum_x * sum_x) * (count * sum_yy - sum_y * sum_y);
    return spread > 0 ? fabs(count * sum_xy - sum_x * sum_y) / sqrt(spread) : 0;
}
