"""Words whose full stop ends no sentence, by language, and how the rest of a sentence begins behind them."""

from __future__ import annotations

from app.core.process.patterns import defer_regex

# Each list is written without the final stop and in lower case; "z.b" stands for "z. B." and "z.B.".
_TITLES = """
    mr mrs ms dr prof st rev gen col capt lt sgt gov sen messrs esq
    hr fr frl dipl-ing mag dipl
    m mm mme mmes mlle mlles mgr
    sr sra srta sres d dña dra ud uds vd
    sig sigg sig.ra sig.na dott dott.ssa avv arch rag geom spett egr ing
    sr.ª exmo exma eng
    dhr mevr drs ir mw
    bc mgr mudr judr phdr rndr csc
    hab inż ks
    г гр д-р проф
"""
"""Titles, in English, German, French, Spanish, Italian, Portuguese, Dutch, Czech, Polish and Russian: a name
follows."""

_NUMBERED = """
    no nos num art arts para pt pts tab ver cl app op ch
    rn zi hs av al cap ap inc co lid par sv str lit
"""
"""Words of these languages, too, that are abbreviations only where a number follows."""

_OTHERS = """
    fig figs vol vols p pp chap sec sect eq eqs ref refs nr nrs núm n ex
    abs abschn anh anl aufl bd bde bl kap rdnr rz ziff s tz z hausnr réf rép éd pág págs cláus apdo
    pag pagg cpv lett n.ro art.º parág blz č čl odst písm ods poz ust pkt
    jr etc vs e.g i.e cf approx dept inc ltd co corp llc plc bros est ed eds al resp mt ft max min avg incl
    excl
    govt univ assn assoc intl natl dist div bldg ave blvd rd
    jan feb mar apr jun jul aug sep sept oct nov dec
    bzw ca d.h evtl fa ggf inkl exkl zzgl abzgl max min mind mio mrd mtl o.g s.o s.u sog u.a usw u.u vgl v.a
    z.b z.t
    z.zt i.d.r i.h.v bzgl bspw einschl entspr gem gez ges geb gest hrsg ehem jährl monatl tägl std str tel
    zt zw
    c.-à-d env p.ex ex boul bd av apr janv févr avr juil déc oct sté cie éts hab max min tél
    p.ej aprox avda c admón cía dpto excmo gral izq dcha máx mín pza prov ee.uu s.a ss.aa ntra atte
    ecc ca p.es es c.so c.a v.le p.zza tel fatt spa s.p.a s.r.l soc ric racc prot gg
    aprox av ex lda ltda máx mín s.a
    bijv blz ca d.w.z enz evt excl incl m.b.t o.a t.a.v t.o.v vgl zgn
    apod atd např popř resp tj tzv tzn zejm spol s.r.o tř ul nám
    al itd itp m.in np tzw ul wg
    bl.a dvs f.eks osv t.ex kl
    т.е т.д т.п т.к см напр ул руб коп тыс млн млрд им стр рис табл ст п
"""
"""Other abbreviations of these languages, and of Danish, Norwegian and Swedish."""

_STARTERS = """
    the a an this that these those it its he she they we you i his her their our in on at by for from with
    as if
    when while after before because however although but and or so there here all each every some no not one
    der die das den dem ein eine einer er sie es wir ihr dies diese dieser dieses im am beim vom zum zur auf
    aus bei
    mit nach seit von zu für wenn weil als aber und oder auch alle jeder nicht sein seine kein keine wer was
    le la les un une des il elle ils elles nous vous on ce cette ces dans sur pour par avec sans mais et ou
    si au aux
    el los las una unos él ella ellos nosotros este esta estos estas en con por para sin pero y o se no su
    sus lo
    lo gli i uno egli lei loro noi questo questa nel nella sul sulla con per senza ma e se non suo
    o os um uma ele ela eles nós neste nesta no na em com para sem mas se não seu
    het een hij zij wij dit dat deze op te bij maar en als niet
    ten ta to w na z do i ale nie jeśli oraz
    и в на но он она они мы это если не по при для
"""
"""Function words that a sentence begins with in these languages, and no name."""


ABBREVIATIONS = frozenset((_TITLES + _OTHERS).split())
BEFORE_NUMBERS = frozenset(_NUMBERED.split())
STARTERS = frozenset(word for word in _STARTERS.split() if len(word) > 1)
"""Without those of one letter: of a text that is still being written, the first letter of a name is all that
is there."""

_LETTERS = defer_regex(r"(?:[^\W\d_]\.)+[^\W\d_]")
"""Letters with stops between them: U.S, D.C, z.B."""

_NUMBER = defer_regex(r"[(\[]?(?:\d|[IVXLC]+\b|[B-Z]\b|§)")
"""A number, or the letter that a point or part has in its place; a lone A begins sentences."""

_STREET = defer_regex(r"[^\W\d_]{3,}str")
"""A street by its name, as German and Dutch write it in one word: Hauptstr."""

_MARKS = "\"'“”‘’«»()[]"


def is_abbreviation(word: str, following: str) -> bool:
    """Return whether the full stop of a word that a capital or figure follows belongs to an abbreviation.

    Where both readings are possible ("in the U.S. He" and "the U.S. Army"), a function word begins a
    sentence.
    """
    bare = word.strip(_MARKS).rstrip(".").casefold()
    if bare in BEFORE_NUMBERS and _NUMBER.match(following):
        return True
    initial = len(bare) == 1 and bare.isalpha()
    if not (initial or bare in ABBREVIATIONS or _LETTERS.fullmatch(bare) or _STREET.fullmatch(bare)):
        return False
    return not _begins_sentence(following)


def _begins_sentence(word: str) -> bool:
    return word.strip(_MARKS + ",;:").casefold() in STARTERS
