"""Words of many languages that turn what stands beside them: negations, conditions, hedges, and bounds of
numbers.

A list in doubt is on the safe side: what a word here touches is shown with its context or is no proof.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core.process.patterns import defer_regex


@dataclass(frozen=True)
class Language:
    """The turning words of a language, lower case. ``common`` are words by which its text is known;
    ``before`` and ``after`` are bounds that stand in front of a number and behind it, of several words each.
    """

    common: frozenset[str]
    negations: frozenset[str]
    conditions: frozenset[str]
    hedges: frozenset[str]
    before: frozenset[tuple[str, ...]]
    after: frozenset[tuple[str, ...]]


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text, which white space parts."""
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(phrase.split()) for phrase in text.split(";") if phrase.strip())


def _language(
    common: str, negations: str, conditions: str, hedges: str, before: str, after: str = ""
) -> Language:
    known, denying, limiting, hedging = map(word_set, (common, negations, conditions, hedges))
    return Language(known, denying, limiting, hedging, _phrases(before), _phrases(after))


LANGUAGES = {
    "en": _language(
        "the of and to in is that for with was are this from which by",
        """not no never none nor neither without cannot nothing nobody nowhere hardly scarcely barely
        rarely seldom deny denies denied denying refuse refuses refused refusing refusal fail
        fails failed failing false falsely untrue wrong wrongly incorrect incorrectly prohibit
        prohibits prohibited forbid forbids forbidden ban bans banned exclude excludes excluded
        excluding exclusion exclusions prevent prevents prevented lack lacks lacking unlikely
        impossible doubt doubts doubtful reject rejects rejected stop stops stopped cease ceased
        avoid avoids avoided few little unable uncovered instead non un myth""",
        """if unless except excepting only solely merely provided whether until till unlike otherwise
        subject assuming supposing exception exceptions conditional conditionally pending""",
        """alleged allegedly reported reportedly supposed supposedly claimed purported purportedly
        so-called draft proposed former formerly ex possible possibly perhaps maybe might may
        could would should can probably likely presumably apparently seemingly almost nearly
        partly partially unaudited estimated expected expectedly planned provisional
        provisionally preliminary potential potentially virtually practically mostly mainly
        usually often sometimes occasionally generally typically some few many most half quasi
        pro-forma vice acting counterfeit fake would-be self-styled deputy assistant interim
        honorary mock sham bogus forged invalid void expired cancelled canceled revoked pseudo
        imitation imaginary fictitious hypothetical ostensible questionable disputed contested
        withdrawn unsigned unverified unconfirmed unproven unofficial unauthorised unauthorized
        incomplete tentative optional retired believed thought suspected intended hoped sought
        tried attempted""",
        """up to; at least; at most; no more than; not more than; no less than; not less than; no fewer
        than; not fewer than; less than; more than; fewer than; greater than; lower than; higher
        than; smaller than; larger than; under; over; above; below; about; around;
        approximately; approx; ca; circa; roughly; nearly; almost; only; minimum; maximum; max;
        min; minimum of; maximum of; a minimum of; a maximum of; average of; an average of;
        until; till; before; after; since; from; between; within; by; to; or; minus; plus;
        negative; some; exceeding; in excess of; beyond; upwards of; close to; as many as; as
        few as; as much as; as little as; as high as; as low as; half; twice; double; just; well
        over; just under; every; per; than; exceed; exceeds; reach; reaches; not; no; usd; eur;
        gbp; chf; aud; cad; inr; rs; yen; and; through; equals; times; top; first; last; not
        exceeding; a quarter of; a third of; a half of; part of; one of; each of; percent of;
        all but; expected; estimated; say""",
        """or more; or less; or fewer; or greater; or higher; or lower; or older; or younger; or over; or
        under; or above; or below; or earlier; or later; at most; at least; maximum; minimum;
        max; min; and over; and above; and under; and below; and more; and older; and up; to;
        through; and a half; and a quarter; or so; plus; minus; tops; upwards; at the most; at
        the least; at the latest; at the earliest; or longer; or shorter; or larger; or smaller;
        and younger; per; times; fold; squared; cubed; out of; dozen; hundred; thousand;
        million; millions; billion; billions; trillion; bn; mn; mio; percent; per cent;
        percentage; pct; am; pm; a.m; p.m; bc; ad; halves; thirds; thousands; hundreds; o'clock""",
    ),
    "de": _language(
        "der die das und ist nicht von mit für den dem ein eine sind zu auf im des werden wird bei",
        """nicht kein keine keinen keinem keiner keines nie niemals niemand nichts ohne weder noch nirgends
        kaum keinesfalls keineswegs selten verboten untersagt falsch fälschlich abgelehnt
        ausgeschlossen unmöglich verweigert verneint bestreitet bestritten mangels unwahr
        unzulässig verhindert""",
        """wenn falls sofern soweit außer nur lediglich ausgenommen ob vorbehaltlich ausnahme ausnahmsweise
        bis vorausgesetzt allein soweit sondern mit-ausnahme""",
        """angeblich angebliche angeblicher angeblichen mutmaßlich mutmaßliche mutmaßlichen vermeintlich
        vermeintliche vermutlich wahrscheinlich möglicherweise vielleicht eventuell
        voraussichtlich voraussichtliche entwurf geplant geplante geplanten vorgeschlagen
        vorgeschlagene vorgeschlagenen stellvertretende stellvertretender kommissarische
        gefälschte gefälschter ungültige ungültiger ehemalig ehemalige ehemaliger ehemaligen
        früher frühere früherer vorläufig vorläufige vorläufigen ungeprüft ungeprüfte fast
        beinahe nahezu teilweise teils könnte könnten kann können darf dürfen soll sollen sollte
        sollten würde würden meist meistens oft manchmal gelegentlich geschätzt geschätzte""",
        """bis zu; bis; höchstens; mindestens; maximal; minimal; weniger als; mehr als; nicht mehr als;
        nicht weniger als; etwa; ca; circa; rund; ungefähr; knapp; fast; beinahe; nahezu; über;
        unter; ab; vor; nach; seit; von; zwischen; nur; annähernd; wenigstens; zumindest; minus;
        plus; gut; oberhalb; unterhalb; jeweils; je; um; zum; bis zum; spätestens; frühestens;
        durchschnittlich; kein; keine; nicht; oder; und; als; maximum; minimum; höchstens bis
        zu; bis maximal; innerhalb von; schätzungsweise""",
        """oder mehr; oder weniger; und mehr; und darüber; oder darüber; oder darunter; oder älter; oder
        jünger; bis; höchstens; mindestens; maximal; und älter; aufwärts; tausend; millionen;
        million; milliarden; milliarde; mio; mrd; tsd; prozent; uhr; dutzend; mal; pro; hundert;
        jahre alt oder älter""",
    ),
    "fr": _language(
        "le la les des et est une un du que pour dans sur avec sont par au aux ne",
        """ne n pas aucun aucune jamais rien sans ni guère nul nulle non interdit interdite faux fausse
        refuse refusé refusée nie exclu exclue exclus exclues impossible interdits interdites
        rarement""",
        """si sauf seulement uniquement hormis excepté lorsque que-si sinon pourvu condition exception
        exceptions réserve moins-que à-moins jusqu'à""",
        """prétendu prétendue prétendument présumé présumée supposé supposée projet proposé proposée ancien
        ancienne possible possiblement peut-être provisoire provisoirement presque partiellement
        prévu prévue estimé estimée pourrait pourraient peut peuvent devrait devraient serait
        seraient aurait auraient probablement apparemment souvent parfois""",
        """jusqu'à; jusqu à; au plus; au moins; au maximum; au minimum; maximum; minimum; moins de; plus
        de; pas plus de; environ; près de; presque; entre; avant; après; depuis; dès; de; à; à
        partir de; seulement; que; sous; sur; moins; inférieur à; supérieur à; quelque;
        quelques; vers; ou; et; un maximum de; un minimum de; à peine""",
        """ou plus; ou moins; au plus; au moins; au maximum; au minimum; maximum; minimum; et plus; à;
        mille; million; millions; milliard; milliards; pour cent; pourcent; heures; et demi; et
        demie; fois; par""",
    ),
    "es": _language(
        "el la los las de y es en que un una para con por del se al su son",
        """no nunca jamás ningún ninguno ninguna nada nadie sin ni tampoco apenas prohibido prohibida falso
        falsa niega negó rechaza rechazó excluido excluida excluidos excluidas imposible
        raramente""",
        """si salvo excepto solo sólo solamente únicamente siempre-que menos-que condición excepción cuando
        mientras hasta""",
        """presunto presunta presuntamente supuesto supuesta supuestamente borrador propuesto propuesta
        antiguo antigua ex posible posiblemente quizá quizás tal-vez provisional casi
        parcialmente previsto prevista estimado estimada podría podrían puede pueden debería
        deberían sería probablemente""",
        """hasta; como máximo; como mínimo; al menos; por lo menos; a lo sumo; máximo; mínimo; menos de;
        más de; no más de; aproximadamente; alrededor de; cerca de; unos; unas; casi; entre;
        antes de; después de; desde; de; a; a partir de; solo; sólo; bajo; sobre; o; y; un
        máximo de; un mínimo de; máximo de; mínimo de; superior a; inferior a""",
        """o más; o menos; como máximo; como mínimo; máximo; mínimo; y más; a; mil; millón; millones; por
        ciento; mil millones; veces; por; y medio; y media""",
    ),
    "it": _language(
        "il lo la gli le di e è che un una per con del della dei sono nel al si",
        """non mai nessun nessuno nessuna niente nulla senza né neanche nemmeno neppure appena vietato
        vietata falso falsa nega negato rifiuta rifiutato escluso esclusa esclusi escluse
        impossibile raramente""",
        """se salvo eccetto solo soltanto solamente unicamente tranne purché qualora condizione eccezione
        finché fino-a""",
        """presunto presunta presumibilmente bozza proposto proposta ex possibile possibilmente forse
        provvisorio provvisoria quasi parzialmente previsto prevista stimato stimata potrebbe
        potrebbero può possono dovrebbe dovrebbero sarebbe probabilmente""",
        """fino a; al massimo; al minimo; almeno; massimo; minimo; meno di; più di; non più di; circa;
        quasi; tra; fra; prima di; prima del; dopo; dal; da; a; al; solo; sotto; sopra; o; e; un
        massimo di; un minimo di; superiore a; inferiore a; oltre""",
        """o più; o meno; al massimo; almeno; massimo; minimo; e oltre; a; mila; milione; milioni;
        miliardo; miliardi; per cento; percento; volte; per; e mezzo; e mezza""",
    ),
    "pt": _language(
        "o os as de e é que um uma para com do da dos das em não são no na ao",
        """não nunca jamais nenhum nenhuma nada ninguém sem nem tampouco proibido proibida falso falsa nega
        negou recusa recusou excluído excluída excluídos excluídas impossível raramente""",
        "se salvo exceto só apenas somente unicamente desde-que condição exceção quando caso até",
        """alegado alegada alegadamente suposto suposta supostamente rascunho proposto proposta antigo
        antiga ex possível possivelmente talvez provisório provisória quase parcialmente
        previsto prevista estimado estimada poderia poderiam pode podem deveria deveriam seria
        provavelmente""",
        """até; no máximo; no mínimo; ao menos; pelo menos; máximo; mínimo; menos de; mais de; não mais de;
        aproximadamente; cerca de; quase; entre; antes de; depois de; desde; de; a; a partir de;
        só; apenas; ou; e; um máximo de; um mínimo de; superior a; inferior a; uns""",
        """ou mais; ou menos; no máximo; no mínimo; máximo; mínimo; e mais; a; mil; milhão; milhões;
        bilhão; bilhões; por cento; vezes; por; e meio; e meia""",
    ),
    "nl": _language(
        "de het een en van is dat op te in voor met zijn niet aan wordt worden bij door",
        """niet geen nooit niemand niets zonder noch nergens nauwelijks zelden verboden onjuist vals
        ontkent ontkende weigert weigerde geweigerd uitgesloten onmogelijk""",
        """als indien tenzij behalve alleen slechts mits of uitsluitend voorwaarde uitzondering
        wanneer tot""",
        """vermeend vermeende zogenaamd zogenaamde ontwerp concept voorgesteld voorgestelde voormalig
        voormalige mogelijk mogelijke misschien wellicht voorlopig voorlopige bijna deels
        gedeeltelijk gepland geplande geschat geschatte zou zouden kan kunnen mag mogen moet
        moeten waarschijnlijk""",
        """tot; tot en met; hoogstens; ten hoogste; ten minste; tenminste; minstens; maximaal; minimaal;
        minder dan; meer dan; niet meer dan; ongeveer; circa; ca; bijna; tussen; voor; na;
        sinds; vanaf; van; slechts; alleen; onder; boven; of; en; rond; max; min; uiterlijk""",
        """of meer; of minder; en meer; of ouder; maximaal; minimaal; tot; duizend; miljoen; miljard;
        procent; keer; per; uur""",
    ),
    "cs": _language(
        "a je se na v že do pro ve které jsou nebo při být podle který",
        """ne není nejsou nebyl nebyla nebylo nikdy nikdo nic žádný žádná žádné žádného bez ani nesmí nelze
        nemusí nemá nemůže nebude nikde nikoli nikoliv zakázáno zakázaný vyloučeno vyloučen
        nepravda málokdy sotva""",
        """pokud jestli jestliže kromě jen pouze ledaže výjimka výjimkou podmínka podmínkou když zda dokud""",
        """údajně údajný údajná návrh navrhovaný navrhovaná bývalý bývalá možná možný snad předběžný
        předběžná předběžně téměř částečně plánovaný odhadovaný mohl mohla mohou může měl měla
        pravděpodobně asi""",
        """až; až do; nejvýše; maximálně; nejméně; minimálně; alespoň; aspoň; méně než; více než; ne více
        než; asi; přibližně; zhruba; téměř; skoro; do; od; před; po; mezi; pouze; jen; pod; nad;
        kolem; okolo; nebo; a; max; min; cca""",
        """nebo více; nebo méně; a více; až; tisíc; milion; milionů; miliard; miliarda; procent; krát;
        hodin""",
    ),
    "ru": _language(
        "и в на не что с по для из от является это или при как к",
        """не нет ни никогда никто ничто ничего без нельзя нигде никак едва запрещено запрещается запрещен
        ложно ложь отрицает отрицал отказал отказался отказывается исключено исключены
        невозможно редко никакой никакая никакие никаких ненадо""",
        "если только кроме лишь исключением условии условием при-условии когда пока ли",
        """якобы предположительно предполагаемый проект предложенный предложенная бывший бывшая возможно
        может могут вероятно предварительный предварительно почти частично планируемый оценочно
        мог могла бы должен должны""",
        """до; не более; не менее; максимум; минимум; менее; более; около; примерно; почти; свыше; больше;
        меньше; от; с; по; после; между; только; лишь; приблизительно; порядка; к; или; и; не
        больше; не меньше; под; над; не позднее; не ранее""",
        """или более; или менее; и более; до; тысяч; тысячи; тысяча; миллион; миллиона; миллионов;
        миллиард; миллиарда; миллиардов; процентов; процента; процент; млн; млрд; тыс; раз;
        раза; часов""",
    ),
    "pl": _language(
        "i w na się z do jest nie że dla oraz od przez są lub jako",
        """nie nigdy nikt nic bez żaden żadna żadne żadnego ani nigdzie zabronione zakazane wykluczone
        fałsz odmówił odmawia zaprzecza niemożliwe rzadko""",
        "jeśli jeżeli chyba oprócz tylko jedynie wyjątkiem warunkiem czy gdy o-ile",
        """rzekomo rzekomy rzekoma projekt proponowany proponowana były była możliwe może mogą
        prawdopodobnie wstępny wstępna prawie częściowo planowany szacowany powinien mógłby""",
        """do; co najwyżej; co najmniej; najwyżej; najmniej; maksymalnie; minimalnie; mniej niż; więcej
        niż; nie więcej niż; około; ok; prawie; od; przed; po; między; tylko; ponad; poniżej;
        powyżej; lub; i""",
        """lub więcej; lub mniej; i więcej; do; tysięcy; tysiące; milion; miliony; milionów; miliard;
        miliardów; procent; mln; mld; tys; razy""",
    ),
    "north": _language(
        "och att det som en på är av för den med till inte og er ikke at til af det",
        """inte ej icke aldrig ingen inget inga utan ikke aldri intet uden uten nej förbjudet forbudt
        falskt sällan sjældent sjelden varken hverken verken""",
        "om endast utom bara hvis kun undtagen bare unntatt dersom såvida medmindre med-mindre",
        """påstådd påstått påstået förmodad utkast udkast föreslagen tidigare tidligere möjligen muligvis
        kanske måske kanskje preliminär foreløbig nästan næsten nesten delvis kan kunna skulle
        borde""",
        """upp till; op til; opp til; högst; højst; høyst; minst; mindst; mindre än; mindre end; mindre
        enn; mer än; mere end; mer enn; cirka; ca; omkring; nästan; næsten; nesten; mellan;
        mellem; mellom; före; før; efter; etter; sedan; siden; från; fra; till; til; endast;
        kun; bara; bare; under; över; over; maximalt; minimum; maksimalt""",
        """eller mer; eller mere; eller mindre; och mer; tusen; tusind; miljoner; millioner; miljard;
        miljarder; procent; prosent; gånger""",
    ),
    "tr": _language(
        "ve bir bu için ile olarak da de olan daha çok gibi",
        """değil değildir yok yoktur hiç hiçbir asla olmayan olmadan olmaz yasak yasaktır yanlış hayır ne""",
        "eğer yalnızca sadece hariç dışında ancak ise takdirde şartıyla",
        """iddia sözde taslak eski muhtemelen belki geçici neredeyse kısmen planlanan tahmini olabilir""",
        """en fazla; en az; en çok; azami; asgari; yaklaşık; fazla; az; önce; sonra; yalnızca; sadece;
        yüzde""",
        """kadar; veya daha fazla; ve üzeri; ve altı; dan fazla; den fazla; dan az; den az; bin; milyon;
        milyar""",
    ),
    "el": _language(
        "και το του της η ο να με για από είναι στο που την των",
        """δεν δε μην μη όχι ποτέ χωρίς κανένας κανένα καμία ούτε τίποτα κανείς δίχως απαγορεύεται ψευδής
        αρνείται αρνήθηκε σπάνια""",
        "αν εάν μόνο εκτός εφόσον μόνον εξαίρεση προϋπόθεση",
        """φερόμενος δήθεν σχέδιο προτεινόμενη πρώην ίσως πιθανώς προσωρινή σχεδόν εν-μέρει μπορεί θα""",
        """έως; μέχρι; το πολύ; τουλάχιστον; λιγότερο από; περισσότερο από; πάνω από; κάτω από; περίπου;
        σχεδόν; πριν; μετά; από; μόνο; μεταξύ; μέγιστο; ελάχιστο""",
        """ή περισσότερο; ή λιγότερο; και άνω; έως; χιλιάδες; εκατομμύρια; δισεκατομμύρια; τοις εκατό""",
    ),
    "ar": _language(
        "في من على إلى أن هذا التي الذي مع عن هو هي",
        "لا ليس ليست لم لن غير بدون دون بلا عدم ممنوع محظور يحظر",
        "إذا إلا فقط لو ما-لم باستثناء سوى شرط بشرط",
        "يزعم زعم مزعوم مسودة مقترح سابق ربما قد محتمل مؤقت تقريبا",
        """حتى; أكثر من; أقل من; ما لا يقل عن; ما لا يزيد عن; حوالي; نحو; قرابة; قبل; بعد; منذ; بين; فقط;
        على الأقل""",
        "أو أكثر; أو أقل; على الأقل; على الأكثر; ألف; مليون; مليار; بالمئة; في المئة",
    ),
    "he": _language(
        "של את על הוא זה עם לא כי גם או היא",
        "לא אין בלי ללא אינו אינה אינם מעולם אסור",
        "אם אלא רק למעט פרט מלבד בתנאי",
        "לכאורה טיוטה מוצע לשעבר אולי ייתכן זמני כמעט",
        "עד; לפחות; לכל היותר; פחות מ; יותר מ; כ; בערך; לפני; אחרי; בין; רק; מעל; מתחת",
        "או יותר; או פחות; לפחות; לכל היותר; אלף; מיליון; מיליארד; אחוז",
    ),
    "hi": _language(
        "है के का की में से को और पर यह हैं",
        "नहीं न मत बिना ना कभी-नहीं निषिद्ध",
        "यदि अगर केवल सिर्फ छोड़कर सिवाय जब-तक",
        "कथित मसौदा प्रस्तावित पूर्व शायद संभवतः लगभग अनंतिम",
        "अधिकतम; न्यूनतम; कम से कम; अधिक से अधिक; लगभग; करीब; केवल; पहले; बाद",
        "तक; से अधिक; से कम; या अधिक; या कम; हजार; लाख; करोड़; प्रतिशत",
    ),
    "id": _language(
        "yang dan di dengan untuk dari ini tidak pada adalah dalam",
        "tidak bukan tanpa jangan belum dilarang tak",
        "jika kalau kecuali hanya apabila asalkan",
        "diduga konon rancangan mantan mungkin sementara hampir sebagian",
        """hingga; sampai; paling banyak; paling sedikit; setidaknya; maksimal; minimal; kurang dari; lebih
        dari"""
        " sekitar; hampir; sebelum; sesudah; setelah; sejak; antara; hanya",
        "atau lebih; atau kurang; ribu; juta; miliar; persen",
    ),
    "vi": _language(
        "và của là các có được trong cho với một những",
        "không chưa chẳng đừng cấm",
        "nếu trừ chỉ ngoại",
        "có-thể dự-thảo cựu gần",
        "tối đa; tối thiểu; ít nhất; nhiều nhất; dưới; trên; khoảng; gần; trước; sau; từ; đến; hơn; chỉ",
        "trở lên; trở xuống; nghìn; triệu; tỷ; phần trăm",
    ),
}  # fmt: skip
"""The languages by name: "north" is Swedish, Danish and Norwegian."""

# Whatever the language: a sign that is cut from its number makes another number of it.
EVERYWHERE = word_set("x X < > ≤ ≥ ≦ ≧ ≠ ~ ∼ ≈ ± + - − – × ÷ / $ € £ ¥ ₹ ₽ % ‰ № # ∓ ≪ ≫ ¬ √")
"""Signs that stand alone before or behind a number, and belong to it."""

LACKING = word_set("""
    without ohne sans sin senza sem zonder bez без utan uden uten χωρίς δίχως بدون دون ללא בלי tanpa
""")
"""Negations of what stands behind them alone: "41 kg without packing" is 41 kg."""

CONTRACTED = word_set("""
    dont doesnt didnt isnt arent wasnt werent hasnt havent hadnt wouldnt wont cant shouldnt
    couldnt mustnt neednt mightnt shant aint
""")
"""Negations without their apostrophe."""

# Searched for within words: these scripts do not say where a word ends, and Korean writes them on.
UNSPACED_NEGATIONS = defer_regex(
    "[不没沒无無非未勿别別莫禁免否弗毋]|ない|なかっ|なく|なし|ません|まへん|ずに?|ぬ|ไม่|ไร้|ห้าม|อย่า|않|없|못|아니|말[고아]|금지|មិន|ບໍ່|မ"
)
"""Negations of scripts without word spaces, and Korean ones, which are parts of words."""

UNSPACED_CONDITIONS = defer_regex(
    "如果|若|除非|除外|除.{1,8}外|除了|仅|僅|只|唯|假如|要是|もし|限り|除[くき]|のみ|だけ|場合|れば|경우|제외|만약|면|หาก|ถ้า|เว้น|เฉพาะ|นอกจาก"
)
UNSPACED_HEDGES = defer_regex(
    "可能|也许|或许|据称|據稱|涉嫌|所谓|草案|拟|擬|前任|几乎|幾乎|大概|かもしれ|おそらく|ほぼ|暫定|予定|推定"
)
UNSPACED_BEFORE = defer_regex(
    "(?:最多|至多|至少|最少|不超过|不超過|不少于|不少於|不足|超过|超過|大于|小于|多于|少于|高于|低于|约|約|大约|大約|近|将近|最大|最小|最高|最低"
    "|少なくとも|およそ|ほぼ|わずか|第|负|負|每|毎|仅|僅|只|到|至|从|從|自|第|マイナス|プラス|อย่างน้อย|ไม่เกิน|มากกว่า|น้อยกว่า|ประมาณ|최대|최소|약"
    "|더|[-−+<>≤≥~±$€£¥￥.．,，／/点點・])$"
)
UNSPACED_AFTER = defer_regex(
    "(?:个|個|人|名|日|天|年|月|时|時間?|小时|小時|分|秒|歳|岁|歲|円|元|キロ|公斤|千克|米|メートル|ヶ月|か月|个月|個月|週間?|周|回|件|台|点|%|％|パーセント)?"
    "(?:以上|以下|以内|以內|以外|未満|未滿|未满|まで|から|超|を超え|より|左右|前後|前后|ぐらい|くらい|程度|余|多|至|到|～|~|[-–—]\\d)"
    "|^(?:[%％‰]|パーセント|割|倍|分之|十|百|千|万|萬|亿|億|兆|点|點|[.．]\\d)"
)
NUMERALS = frozenset("〇零一二三四五六七八九十百千万萬亿億兆两兩壹贰叁肆伍陆柒捌玖拾佰仟半")

NUMBER_WORDS = word_set("""
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand
    million
    billion trillion dozen half third quarter first second fourth fifth sixth seventh eighth ninth tenth
    null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig dreißig vierzig fünfzig
    sechzig
    siebzig achtzig neunzig hundert tausend million millionen milliarde milliarden halb
    deux trois quatre cinq sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante
    cinquante soixante cent mille milliard demi moitié
    uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece veinte treinta cuarenta
    cincuenta sesenta
    setenta ochenta noventa ciento cien mil millón millones mitad
    due tre quattro cinque sei sette otto nove dieci undici dodici venti trenta quaranta cinquanta sessanta
    settanta ottanta novanta cento mila milione milioni metà
    dois três quatro sete oito dez onze doze vinte trinta quarenta cinquenta oitenta noventa cem milhão
    metade
    twee drie vijf zes zeven acht negen tien twaalf twintig dertig veertig vijftig honderd duizend
    miljoen helft
    dva dvě tři čtyři pět šest sedm osm devět deset dvacet třicet sto tisíc milion polovina
    два две три четыре пять шесть семь восемь девять десять двадцать тридцать сорок пятьдесят сто
    тысяча половина
    dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć dwadzieścia trzydzieści sto tysiąc połowa
""")  # fmt: skip
"""Words for numbers that no other word is written like."""
