/**
 * What the API sends. Pages and versions count from 1; boxes are points from the displayed page's top left
 * corner; sizes are bytes; times are ISO 8601 or seconds since 1970.
 *
 * @typedef {"uploading"|"queued"|"running"|"ready"|"partial"|"needs_ocr"|"failed"} Status
 * @typedef {"waiting"|"extract"|"chunk"|"embed"|"ocr"|"done"} Stage
 * @typedef {{code: string, message: string}} Reason
 *
 * @typedef {object} KbDocument
 * @property {string} id
 * @property {string} name
 * @property {string} title that of its card, "" before it has one
 * @property {Card} card
 * @property {string[]} tags
 * @property {Status} status
 * @property {Stage} stage
 * @property {number} pages 0 before the file was opened
 * @property {number} pages_done
 * @property {number} chunks
 * @property {number} chunks_done
 * @property {number[]} failed_pages
 * @property {number} scans pages that need OCR
 * @property {number} scans_done
 * @property {Reason | null} reason
 * @property {number} version
 * @property {number} searchable_version 0 before any version answers
 * @property {number} size
 *
 * @typedef {"title"|"kind"|"who"|"period"|"identifiers"|"language"|"published"|"period_end"|"signed"|"effective"|"due"} CardFieldName
 * @typedef {{value: string, origin: string, page: number | null, boxes: Box[]}} CardFact one thing that a document says of itself
 * @typedef {"published"|"period_end"|"signed"|"effective"|"due"} DateRole
 * @typedef {object} Card what a document is
 * @property {CardFact | null} title
 * @property {CardFact | null} kind
 * @property {CardFact[]} who
 * @property {string} date the one it is listed by, "" for none
 * @property {(CardFact & {role: DateRole, date: string})[]} dates
 * @property {(CardFact & {calendar: string})[]} periods
 * @property {(CardFact & {scheme: string})[]} identifiers
 * @property {string} language
 * @property {CardFieldName[]} corrected
 *
 * @typedef {object} Version
 * @property {number} number
 * @property {Status} status
 * @property {number} pages 0 before the file was opened
 * @property {number} pages_done
 * @property {Reason | null} reason
 * @property {number} size
 * @property {string} created_at
 *
 * @typedef {"new"|"version"|"refuse"} IfExists what a file becomes where a document has its name
 * @typedef {"created"|"new_version"|"known"|"made_current"|"restored"} Outcome what a file became
 * @typedef {KbDocument & {outcome: Outcome}} Uploaded
 *
 * @typedef {{document_id: string, versions: number, files: number, chunks: number, bytes: number, archives: number}} Receipt
 *
 * @typedef {[x0: number, top: number, x1: number, bottom: number]} Box
 * @typedef {{page: number, label: string, boxes: Box[]}} Place
 * @typedef {"exact"|"fuzzy"|"missing"} Proof
 *
 * @typedef {{title: string, level: number, page: number | null, top: number | null}} Bookmark an entry of a PDF's outline
 * @typedef {{outline: Bookmark[], labels: string[]}} Outline
 *
 * @typedef {object} Citation
 * @property {number} number its mark in the answer
 * @property {string} quote
 * @property {string} found the words as they stand in the source, "…" for what is left out between them, "" if missing
 * @property {string} before the source's own words before it: the rest of its sentence or row, what leads to its list
 * @property {string} after those behind it
 * @property {Proof} proof
 * @property {string} document_id
 * @property {string} document_name
 * @property {string} title what the document is called in short, "" where it has no title
 * @property {number} version
 * @property {number | null} page
 * @property {Place[]} places
 *
 * @typedef {"proven" | "quoted" | "unsupported"} Support
 * @typedef {{text: string, citations: number[], status: Support, missing: string[], left_out: string[], proven: boolean}} Claim
 *
 * @typedef {object} Answer
 * @property {"quotes"|"figures"|"generated"|"closest"|"not_found"|"no_documents"} kind
 * @property {string} text with marks like [1]
 * @property {Claim[]} claims
 * @property {Citation[]} citations
 * @property {string} question
 * @property {string[]} notes what it had to do without, a sentence each
 * @property {string} model
 * @property {boolean} broken_off whether it ended before it was whole
 *
 * @typedef {{helpful: boolean, comment: string}} Feedback
 *
 * @typedef {object} Message
 * @property {string} id
 * @property {"user"|"assistant"} role
 * @property {string} text
 * @property {Answer | null} answer
 * @property {Feedback | null} feedback
 *
 * @typedef {{id: string, title: string, document_ids: string[], own: boolean, shared: boolean}} Session
 *
 * @typedef {{id: string, name: string, server: string, chosen: boolean}} OfferedModel
 * @typedef {{items: OfferedModel[], choosable: boolean}} OfferedModels
 *
 * @typedef {{row: number, column: number, text: string, box: Box, row_span: number, column_span: number, header: boolean, heads: string[], row_path: string[], named_by: number[]}} TableCell
 * @typedef {{kind: string, box: Box, text: string, cells: TableCell[]}} Block
 * @typedef {{number: number, label: string, width: number, height: number, text: string, blocks: Block[], recognition: Recognition | null, error: string | null}} PageInfo
 *
 * @typedef {"text"|"text_and_pictures"|"pictures"|"text_layer"|"ocr"|"needs_ocr"|"empty"|"failed"} Route
 * @typedef {{engine: string, confidence: number | null, placed: boolean}} Recognition
 *
 * @typedef {object} PageReport
 * @property {number} number
 * @property {string} label
 * @property {Route} route
 * @property {number} words
 * @property {number} tables
 * @property {number} images
 * @property {string[]} reasons
 * @property {string[]} notes
 * @property {Recognition | null} recognition
 * @property {string | null} error
 *
 * @typedef {{pages: number, characters: number, words: number, tables: number, images: number, with_notes: number, routes: Record<string, number>, unreadable: number, hidden: Record<string, number>}} Totals
 *
 * @typedef {{pages: PageReport[], totals: Totals, error?: {detail: string}}} Reports
 *
 * @typedef {object} Announced what is said to a file that is announced
 * @property {KbDocument} document
 * @property {{url: string, fields: Record<string, string>} | null} upload the form to post it with, `null` if its content is known
 * @property {Outcome} outcome
 *
 * @typedef {{event: "text", data: {text: string}} | {event: "citation", data: Citation} | {event: "answer", data: Answer} | {event: "message", data: Message} | {event: "error", data: {title: string, detail?: string}}} AnswerEvent
 */

/**
 * A page of a list; the cursor leads to the next one, `null` at the end.
 *
 * @template T
 * @typedef {{items: T[], cursor: string | null}} Listing
 */

/**
 * The parts of an OpenAPI 3.1 description that the reference shows.
 *
 * @typedef {object} Schema
 * @property {string} [$ref]
 * @property {Schema[]} [anyOf]
 * @property {unknown[]} [enum]
 * @property {unknown} [const]
 * @property {unknown} [default]
 * @property {string} [type]
 * @property {string} [format]
 * @property {string} [description]
 * @property {Schema} [items]
 * @property {Record<string, Schema>} [properties]
 * @property {string[]} [required]
 * @property {unknown[]} [examples]
 *
 * @typedef {Record<string, {schema: Schema}>} Content by media type
 * @typedef {{name: string, description?: string}} Tag
 * @typedef {{name: string, in: string, schema: Schema, required?: boolean, description?: string}} Parameter
 * @typedef {{description: string, content?: Content}} Response
 *
 * @typedef {object} Operation
 * @property {string} operationId
 * @property {string} summary
 * @property {string} [description]
 * @property {string[]} [tags]
 * @property {Parameter[]} [parameters]
 * @property {{content: Content}} [requestBody]
 * @property {Record<string, Response>} responses by status
 *
 * @typedef {object} Description
 * @property {{description: string}} info
 * @property {Tag[]} [tags]
 * @property {Record<string, Record<string, Operation>>} paths by path, then by method
 * @property {{schemas: Record<string, Schema>}} components
 */

export {};
