"""Words that are another word when "rn" is read as "m", "cl" inside a word as "d" or "vv" as "w".

From lists of the common words of English, German, French, Spanish, Portuguese, Italian and Dutch: every pair
of four letters or more that are both words. "cl" at the beginning is never forgiven: it makes too many.
"""

from __future__ import annotations

from collections.abc import Iterator

_WORDS = """
    achtern altern ancla anclar barns born boucla bouclaient bouclais bouclait bouclant boucle
    bouclent boucler bouclera bouclerai boucleraient bouclerais bouclerait boucleras bouclerez
    boucleriez bouclerions bouclerons boucleront boucles bouclez boucliez bouclions bouclons
    bouclèrent bouclé bouclée bouclées bouclés bovver burn burns carnada carne carnée carnées chicle
    churn churns corna corner corners cornet corneta cornetas cornets cornici corning corno cornus
    darn darne darnes darns dichtern doorn dorne dornen dornes dorns encarnada encarnar enclos farn
    farne fern ferne fertigern fixern fornos forschern freiern garner garners gläubigern heilern
    herne horne horned horner horney hornier horniest horniness horns horny inclue inclues inclus
    indern klammern kühlern larne lauern lichtern lindern macle mildern modern moderns morns oncle
    oncles perclus postmodern racle racler racles racliez raclions reichern retorna retornado
    retornamos retornando retornar retornaram retornaremos retornará retorne retornei retornem
    retornou revved sarna scheuern schlichtern spurned spurning stern sterns sternson tarns terna
    terno ternos toorn torn torna tornada tornadas tornado tornados tornam tornamos tornando tornar
    tornara tornaram tornarei tornarem tornaremos tornares tornaria tornariam tornarias tornarmos
    tornará tornarás tornarão tornas tornasse tornassem tornasses tornaste tornastes tornava
    tornavam tornavas torne tornei tornem tornemos tornes tornillo torno tornou tornámos tornássemos
    trarne trägern turner turns urnas veganern warn wilderern wildern wundern yarns
"""

_PAIRS = (("rn", "m"), ("cl", "d"), ("vv", "w"))


def _others(word: str) -> Iterator[str]:
    for letters, other in _PAIRS:
        at = word.find(letters)
        while at >= 0:
            yield word[:at] + other + word[at + len(letters) :]
            at = word.find(letters, at + 1)


CONFUSABLE = frozenset(frozenset((word, other)) for word in _WORDS.split() for other in _others(word))
"""Pairs of such words, lower case."""
