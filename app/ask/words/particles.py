"""Korean words without the particles and endings that are written on to them."""

from __future__ import annotations

_PARTICLES = """
    은 는 이 가 을 를 의 에 도 로 와 과 만 나 야 에서 에게 에는 에도 에의 에만 에서는 에서도 에게서
    에게는 께서 께 한테 으로 으로는 으로도 으로서 으로써 로는 로도 로서 로써 로부터 으로부터 에서의 와의
    과의 와는 과는 까지 까지의 부터 마다 조차 마저 처럼 같이 보다 보다는 만큼 만을 만이 밖에 대로 이나
    이라 이라는 이라고 라는 라고 라도 이라도 이란 란 이며 이고 인 이다 입니다 였다 이었다 이었습니다
    였습니다 들 들은 들이 들을 들의 들에게 하다 한다 하는 하여 해서 했다 했으며 하였다 하고 하며 하기
    하면 할 한 합니다 했습니다 하였습니다 되다 된다 되는 되어 됐다 되었다 되며 되고 된 될 됩니다
    되었습니다 이었으며 였으며 입니까 인가 인가요 인지 있는 있다 있습니다 적 적인 적으로
"""

_LONGEST_FIRST = sorted(_PARTICLES.split(), key=len, reverse=True)


def without_particle(word: str) -> tuple[str, ...]:
    """Return the stem of a word; the word as well where only one syllable is left, which may be a word or
    may be none: 물 of 물은, but 사 of 사과."""
    # Else a short one that ends a long one would leave a part of it on the stem.
    for particle in _LONGEST_FIRST:
        if word.endswith(particle) and len(word) > len(particle):
            left = word.removesuffix(particle)
            return (left,) if len(left) > 1 else (word, left)
    return (word,)
