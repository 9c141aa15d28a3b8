/* The functions of pdfium that are called here, in the order in which native/library.py hands them over:
 * nothing is linked, so that any build of pdfium will do. */
#ifndef PDFIUM_H
#define PDFIUM_H

typedef void *Handle;

typedef struct {
    float left, top, right, bottom;
} Sides;

typedef struct {
    float a, b, c, d, e, f;
} Entries;

typedef struct {
    int (*loose_box)(Handle text_page, int place, Sides *box);
    int (*origin)(Handle text_page, int place, double *x, double *y);
    Handle (*text_object)(Handle text_page, int place);
    int (*text_matrix)(Handle text_page, int place, Entries *matrix);
    double (*font_size)(Handle text_page, int place);
    int (*is_generated)(Handle text_page, int place);
    unsigned (*unicode)(Handle text_page, int place);
    Handle (*font)(Handle text_object);
    int (*render_mode)(Handle text_object);
    unsigned long (*object_text)(Handle text_object, Handle text_page, unsigned short *text, unsigned long bytes);

    int (*count)(Handle page);
    Handle (*object)(Handle page, int index);
    int (*form_count)(Handle form);
    Handle (*form_object)(Handle form, unsigned long index);
    int (*kind)(Handle object);
    int (*matrix)(Handle object, Entries *matrix);
    int (*bounds)(Handle object, float *left, float *bottom, float *right, float *top);
    int (*pixel_size)(Handle image, unsigned *width, unsigned *height);
    int (*fill)(Handle object, unsigned *red, unsigned *green, unsigned *blue, unsigned *alpha);
    int (*draw_mode)(Handle path, int *fill, int *stroke);
    int (*segment_count)(Handle path);
    Handle (*segment)(Handle path, int index);
    int (*segment_kind)(Handle segment);
    int (*segment_closes)(Handle segment);
    int (*segment_point)(Handle segment, float *x, float *y);

    int (*stroke)(Handle object, unsigned *red, unsigned *green, unsigned *blue, unsigned *alpha);
    int (*mark_count)(Handle object);
    Handle (*mark)(Handle object, unsigned long index);
    int (*mark_name)(Handle mark, unsigned short *name, unsigned long bytes, unsigned long *given);
    Handle (*clip)(Handle object);
    int (*clip_count)(Handle clip);
    int (*clip_segment_count)(Handle clip, int path);
    Handle (*clip_segment)(Handle clip, int path, int segment);
} Pdfium;

#endif
