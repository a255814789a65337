"""What an order to the reader looks like: the rules, by kind, in the words of English and 17 other languages.

They are written for folded text (small letters; Latin without accents). A space stands for a gap
between words, ``~`` for some words within a sentence. No rule repeats a repetition, and every
repetition is bounded, so that the time is linear in the text.
"""

import re

_INSTRUCTIONS = (
    r"(?:instructions?|prompts?|system messages?|directives?|commands?|questionnaire"
    r"|(?:the|these|those|your|all|any|previous|prior|earlier|above|other) (?:questions|rules?|orders?|schemas?"
    r"|constraints?|guidelines?|guardrails?)|everything (?:above|before|prior|so far|you|that came|else)"
    r"|(?:the|all|anything|text) (?:of the )?above|what (?:came|was said|you were told)"
    r"|(?:the|all|any) (?:previous|preceding|prior|earlier|foregoing)(?! \w)|everything(?! \w)"
    r"|(?:the|this|any other|all other|other) (?:document|text))(?!\w)"
)
_VERDICT = r"(?:yes|no|null|true|false|none|n/?a)"
_LITERAL = rf"(?:{_VERDICT}(?!\w)|[\"'{{]|\d)"
_MODEL = (
    r"(?:ais?|llms?|(?:large )?language models?|ai (?:models?|assistants?|systems?|agents?|readers?)|chatbots?"
    r"|chatgpt"
    r"|automated (?:readers?|models?|extract\w{2,4}|graders?|reviewers?|agents?|assistants?|processing)"
    r"|artificial intelligence"
    r"|machine readers?|(?:extraction|language|reading) (?:models?|engines?))(?!\w)"
)

IMPERATIVE = {
    "instruction override": (
        r"(?:ignore|disregard|forget|overrule|override|bypass|discard|neglect|pay no attention to|take no notice of"
        rf"|(?:do not|don.?t) (?:follow|obey|apply|heed)|stop (?:following|obeying)|set aside)(?!\w)~{_INSTRUCTIONS}",
        r"(?:do not|don.?t|never) (?:mention|reveal|disclose|quote|extract) (?:the |these |this |your )?(?:above"
        r"|rest|real"
        r"|true|actual|instruction|system prompt|following)",
        r"(?:erase|wipe|clear|reset) your (?:memory|context|instructions|prompt)(?!\w)",
        r"(?:do not|don.?t|never) (?:use|read|consider|trust|rely on) (?:the |any |this ){0,1}"
        r"(?:text above|document above|above)(?!\w)",
        r"treat (?:the |this |everything ){0,1}(?:following|above|text|document|line|sentence){0,1} as (?:an? "
        r"|the ){0,1}"
        r"(?:system|instructions?|prompt|commands?|true|new)(?!\w)",
        r"skip (?:the|these|those|all|any) (?:questions|questionnaire|instructions)(?!\w)(?! (?:that|which|you|if"
        r"|not))",
        r"(?:reveal|print|show|repeat|output) (?:me )?(?:your|the) (?:system|hidden|initial|original) (?:prompt"
        r"|instructions|message)",
    ),
    "dictated answer": (
        r"(?:always|only) (?:choose|select|pick|return|output|mark|assign|give)(?!\w)~(?:highest|lowest|maximum"
        r"|minimum|best"
        r"|worst|same) (?:level|score|value|rating|answer|option)",
        r"(?:give|assign|award) (?:this|the) \w{2,20} (?:the |a ){0,1}(?:maximum|highest|best|lowest|minimum|top"
        r"|full|perfect)"
        r" (?:score|rating|marks?|grade|points)",
        r"(?:answer|reply|respond|say|return|output|write)(?: with){0,1} nothing (?:but|except|else)(?!\w)",
        r"assume (?:that ){0,1}(?:all|every|each|the) (?:answers?|values?|questions?)(?!\w)",
        r"(?:quote|cite|use|copy) (?:this|that|the following) (?:sentence|line|text) as (?:evidence|quote|proof"
        r"|support)(?!\w)",
        r"for (?:all|every|each|any)(?: \w{2,12}){0,1} questions? (?:return|answer|say|give|reply|respond|output"
        r"|write|put)(?!\w)",
        r"rate (?:this|it|the \w{2,20}) (?:as |at ){0,1}(?:an? ){0,1}(?:\d|maximum|highest|lowest|minimum)",
        rf"(?:answer|reply to|respond to|mark|fill in) (?:every|all|each|both)~(?:questions?|items?|fields?|of them)"
        rf"~(?:with|as|by saying|{_VERDICT}(?!\w))",
        r"(?:answer|reply|respond|say|output|return|write|print|give|put|enter|state)(?: (?:with|always|only|just"
        r"|simply"
        rf"|back|exactly|the word)){{0,3}} [\"']?{_VERDICT}[\"']?(?=\W{{0,2}}$|[.,;!)\n]| (?:to|for|in|on) (?:all"
        rf"|every|each"
        r"|any|this|the|question|everything)| (?:everywhere|regardless|always|only|instead|no matter))",
        r"(?:answer|reply|respond|say|return|write|give)(?: (?:with|always|only|just|simply|back|exactly)){1,3}"
        r"[\W_]{1,4}(?:\{|(?:a |the |this |valid |raw |following |single ){0,3}(?:json|yaml|xml)(?!\w))",
        r"(?:respond|reply|output|return|emit|print)(?: (?:only|just|exactly|with|in|a|the|this|following|valid|raw"
        r"|single)){0,4} (?:json|\{)",
        r"(?:output|print|emit|repeat)(?: (?:only|exactly|back)){0,2} (?:the |this |these )?(?:following|sentence"
        r"|text|line"
        r"|value|quote|answer)~(?::|verbatim|exactly|instead)",
        r"(?:set|change|put|make|mark|record|fill|fill in|choose|adjust|overwrite|replace)"
        r"(?: (?:the|every|all|each|its|any|this|that)){0,2}~(?:values?|answers?|scores?|ratings?|fields?|outputs?"
        r"|labels?"
        r"|results?|responses?|reply|replies)(?!\w)~(?<!\w)(?:to|as|with|=|:) ?"
        rf"{_LITERAL}",
        rf"(?:always|only|just|simply) (?:answer|reply|respond|say|output)(?: with)? {_LITERAL}",
        r"decode (?:and \w{3,10} )?(?:the |this |these )?(?:following|base ?64|string|text|message|blob)",
    ),
    "change of role": (
        r"(?:act|behave|respond|answer|reply) as (?:if|though) you (?:are|were)",
        r"(?:act|behave|pose|respond|answer|reply) as (?:an? |the )?(?:unrestricted|different|ai|assistant"
        r"|language model"
        r"|dan|developer|admin|system)(?!\w)",
        r"pretend (?:to be|that you are|you are) (?:an? |the )?(?:ai|assistant|model|different|unrestricted|system"
        r"|reader)",
        r"(?:enter|activate|enable|switch to) (?:developer|debug|god|jailbreak|admin|root|sudo|dan) mode",
    ),
}
"""English words that tell as well as order: they count where an order can begin."""

PHRASES = {
    "instruction override": (
        r"(?:previous|prior|preceding|earlier|foregoing|above|your) (?:directions|instructions|directives"
        r"|prompts?)(?!\w)~(?:is|are"
        r"|were|have been) (?:now ){0,1}(?:no longer valid|cancel\w{2,3}|void|invalid|revoked|superseded|obsolete"
        r"|suspended"
        r"|lifted|overridden)(?!\w)",
        r"overrides (?:all |any |the |your ){0,1}(?:earlier |previous |prior |other ){0,1}(?:guidance|instructions"
        r"|prompts?)(?!\w)",
        r"(?:anything|everything|all text)~(?<!\w)(?:above|before|below)(?!\w)~(?:must|should|is to) be (?:ignored"
        r"|disregarded)",
        r"(?:priority|precedence) over (?:your|all|any|the) (?:instructions|rules|prompt|questions)(?!\w)",
        r"instructions you (?:received|were given|got|have)(?!\w)~(?:is|are|were|have been) (?:no longer"
        r"|cancel\w{2,3}|void"
        r"|invalid|revoked|superseded)(?!\w)",
        r"(?:instead of|without) answering (?:the|any|these|those|this) questions?(?!\w)",
    ),
    "change of role": (
        r"you are now (?:an? |the |my )?(?:different |new |helpful |another |general )?(?:ai|assistant|model"
        r"|language model"
        r"|system|bot|chatbot|agent|evaluator|grader|judge|dan|persona|unrestricted|uncensored|jailbroken"
        r"|free (?:of|from) (?:all"
        r"|any|your|the) (?:rules|restrictions|instructions)|in (?:developer|debug|admin|test|maintenance|root)"
        r"|no longer (?:bound|an ai|subject))(?!\w)",
        r"from now on (?:you (?:are|must|will|should|only)(?: now| only| always){0,2} (?:an? |the )?(?:answer|reply"
        r"|respond|act"
        r"|behave|ignore|obey|output|speak|ai|assistant|model|bot)|answer|reply|respond|ignore|output"
        r"|always answer)(?!\w)",
        r"as an? (?:ai|artificial intelligence|llm|large language model|language model|chatbot)(?!\w)",
        r"your (?:new|real|true|updated) (?:task|role|instructions?|goal|objective|purpose|system prompt|directives?)"
        r"(?: now)? (?:is|are)(?!\w)",
        r"(?:new|updated|revised|override|secret|hidden) system (?:prompt|instructions?|message)(?!\w)",
        r"system (?:prompt|override|instructions?)\s{0,3}[:=]",
        r"(?:developer|debug|god|jailbreak|root|sudo|dan) mode (?:on|enabled|activated)(?!\w)",
        r"do anything now(?!\w)",
    ),
    "addressed to the model": (
        r"as (?:the|an?) (?:model|ai|assistant|reader) (?:reading|processing|extracting|that reads|who reads)(?!\w)",
        r"automated (?:systems|readers) (?:must|should|shall) (?:answer|classify|mark|treat|output|ignore"
        r"|report)(?!\w)",
        r"you (?:now ){0,1}have (?:a ){0,1}new (?:task|instructions?|orders|system prompt)(?!\w)",
        r"your (?:instructions|task|role|rules) (?:have|has) (?:been ){0,1}(?:changed|updated|replaced)(?!\w)",
        r"(?:hey|hi|hello|dear|attention) (?:assistant|model|bot|system)[,:!]",
        r"(?:begin|start|end|new|important|urgent) system (?:message|prompt|notice|instructions?)(?!\w)",
        r"(?:models|ais?|llms?|(?:the|any|every|this) (?:model|ai|llm)) (?:must|should|shall|has to"
        r"|have to) (?:always |only )"
        r"{0,1}(?:answer|output|say|reply|respond|return|mark|ignore|classify|conclude|choose|treat)(?!\w)",
        r"(?:the|any|every) readers? (?:must|should|shall|has to|have to) (?:always |only ){0,1}(?:answer|reply"
        r"|respond)(?!\w)",
        r"play a game(?!\w)~you are(?!\w)",
        r"(?:note|message|instructions?|attention|reminder|notice|hint|order)s? (?:to|for) (?:the |all |any |every "
        r"|an? |whichever )?"
        rf"{_MODEL}",
        rf"(?:attention|dear|hello|hey|if you are|if you re|hi) (?:the |all |any |an? )?{_MODEL}",
        rf"{_MODEL}[\W_]{{1,3}}(?:please |you |must |should |shall |will ){{0,2}}(?:ignore|disregard|answer|respond"
        rf"|reply|output"
        r"|say|set|record|treat|extract)(?!\w)",
        r"(?:when|while|if)(?: you| the model| the ai| an ai){0,1}(?: are)? (?:extract|answer|read|process"
        r"|summari[sz]|evaluat|grad"
        r"|scor|pars)(?:ing|e|es|s)? (?:this|the|these) (?:document|text|file|passage|questions?"
        r"|questionnaire)(?!\w)~(?<!\w)"
        r"(?:answer|say|output|respond|reply|set|ignore|treat|always|choose)(?!\w)",
        r"(?:rest|remainder) of (?:this|the) (?:document|text|note|report|file)~(?<!\w)(?:is|are|was|should be"
        r"|must be|can be)"
        r" (?:false|fake|irrelevant|to be ignored|ignored|only a test|a test|fiction|fictional|void)(?!\w)",
        r"(?:everything|all text|the text|anything) (?:above|below|before|after)(?: this| line| point"
        r"| here){0,3} (?:is|was|should be"
        r"|must be) (?:false|fake|irrelevant|to be ignored|ignored|only a test|a test|an example|fiction|fictional"
        r"|void)(?!\w)",
        r"(?:document|text|note|message) (?:overrides|supersedes|replaces) (?:the |all |any |your "
        r"|these )?(?:previous |other )?"
        r"(?:instructions|rules|prompt|questions)(?!\w)",
    ),
    "dictated reply": (
        r"your (?:only ){0,1}(?:answers?|reply|replies|responses?|output) (?:is|are|will be|must contain"
        r"|should contain|must be"
        rf"|should be)(?: only| always| just){{0,1}}(?: the (?:number|word|value)){{0,1}} ?{_LITERAL}",
        r"regardless of (?:what ){0,1}(?:the |this |any ){0,1}(?:document|text|file|note|report|content|evidence"
        r"|facts)(?!\w)"
        r"~(?<!\w)(?:answer|respond|reply|say|output|choose|mark)(?!\w)",
        r"(?:every|all|each|any) questions? (?:must|should|shall|has to|have to) (?:receive|get|have"
        r"|be given) (?:the |as ){0,1}(?:answer|value|reply) (?:of |as ){0,1}(?:yes|no|null|true|false)(?!\w)",
        r"only the following (?:sentence|text|line|statement)s? (?:is|are) (?:true|valid|correct)(?!\w)",
        r"override\s{0,1}:\s{0,1}\w{1,30}\s{0,1}=",
        r"(?:answers?|values?|scores?|ratings?|outputs?|reply|replies|responses?|results?|labels?)(?: (?:to|of|for"
        r"|in|given)(?!\w)~)?"
        r" (?:must|should|shall|has to|have to|needs? to|is to|are to)(?: always| only| now| therefore| then){0,2} be"
        rf" (?:set to|changed to|answered|reported as|recorded as|exactly|{_VERDICT}(?!\w)|[\"']"
        r"|\d{1,9}(?![\d.,]?\d)(?!\W{0,2}(?:or|and|to|points?|years?|days?|months?|percent|of|per|%|[a-z])))",
        r"(?:the |only ){1,2}(?:correct|right|true|expected|valid|acceptable|required) (?:answers?|outputs?|reply"
        r"|replies"
        rf"|responses?|labels?)(?: (?:to|for)(?!\w)~)? (?:is|are|must be|should be|will be) ?{_LITERAL}",
        r"answers? (?:to|for) (?:every|all|each|any|both|these)(?: of)?(?: the)? (?:questions?|items?"
        r"|fields?)~(?<!\w)(?:is|are|must"
        r"|should)(?!\w)",
        r"you (?:must|should|shall|will|have to|need to|are (?:required|instructed|ordered|told|asked) to)(?: now"
        r"| always| only"
        rf"| therefore){{0,2}} (?:answer|reply|respond|say|output)(?!\w)~(?<!\w)(?:{_VERDICT}(?!\w)|json(?!\w)"
        rf"|only with|\{{)",
        r"(?:all|every|each|these|any)(?: of the)?(?: following| above| other| remaining)? (?:questions?|items?"
        r"|fields?)"
        rf"~(?<!\w)(?:must|should|shall|is to|are to|has to|have to) be (?:answered|filled|set|marked)~{_LITERAL}",
    ),
}
"""English words that hardly anybody writes but to a reader that obeys."""

SIGNS = {
    "control token": (
        r"<\s?\|\s?[\w/ -]{1,40}?\s?\|\s?>",
        r"\[/?inst\]|<</?sys>>|</?s>|<(?:start|end)_of_(?:turn|text)>|<(?:bos|eos)>|<\|?im_(?:start|end)",
        r"</?(?:think|thinking|tool_call|tool_response|function_calls?|system|assistant|user|human|instructions?"
        r"|prompt"
        r"|documents?|context)>",
        r"#{3}\s{0,2}(?:instructions?|response|system|human|assistant|user)\s{0,2}(?::|\n|$)",
        r"\[(?:system|assistant|user)(?: message)?\]",
    ),
    "forged fence": (
        r"(?:<<|>>|---|===|\*\*\*|###|___|\[)\s{0,3}(?:end|start|begin|beginning"
        r"|close)\s{1,3}(?:of\s{1,3})?(?:the\s{1,3}|this\s{1,3})?"
        r"(?:document|text|input|context|prompt|material|data|content|untrusted)(?!\w)",
        r"<<<\s{0,3}(?:end of )?document|(?<!\w)document [0-9a-f]{12,64}(?!\w)",
        r"\n\s{0,4}questions?\s{0,2}:\s{0,4}\n\s{0,4}-\s?[a-z_0-9]{1,40}:",
        r"```\s{0,2}(?:json|system|prompt)",
    ),
    "forged reply": (
        r"\{\s{0,8}\\{0,2}[\"'](?:answers?|values?|questions|replies)\\{0,2}[\"']\s{0,4}:\s{0,4}[\[{]",
        r"\{\s{0,8}\\{0,2}[\"']value\\{0,2}[\"']\s{0,4}:[^{},]{0,120}\}",
        r"\\{0,2}[\"']value\\{0,2}[\"']\s{0,4}:[^{}]{0,160}?[\"'](?:quote|sentence)\\{0,2}[\"']\s{0,4}:",
        r"\\{0,2}[\"'](?:quote|sentence)\\{0,2}[\"']\s{0,4}:[^{}]{0,240}?[\"']value\\{0,2}[\"']\s{0,4}:",
        r"\{\s{0,8}\\{0,2}[\"'][a-z][a-z0-9_]{0,63}\\{0,2}[\"']\s{0,4}:\s{0,4}\{\s{0,8}\\{0,2}[\"']value\\{0,2}[\"']\s{0,4}:"
        r"[^{},]{0,120}\}",
    ),
    "role marker": (
        r"(?:^|[\n.!?>\]\"}])[ \t#*>]{0,6}(?:system|assistant|human|ai)(?: (?:message"
        r"|turn))?[ \t*]{0,3}:(?=[^\n]{0,80}?"
        r"(?:(?<!\w)(?:is|are|you|your|must|should|answers?|value|yes|ignore|json|sure|okay)(?!\w)|\{))",
    ),
}
"""Characters and layouts that only a dialogue with a model has."""

BEFORE = re.compile(
    r"(?:^|[\n.!?:;,()\[\]{}<>\"'*#|>/=-]\s{0,4}|(?<!\w)(?:please|kindly|now|then|and|just|simply|also|instead"
    r"|therefore|first"
    r"|next|always|never|you (?:must|should|shall|will|can|may|need to|have to|are to|ought to)|(?:you|your|ai|llm"
    r"|models?"
    r"|important|necessary|essential)(?!\w)[^.!?\n]{0,40}?(?<!\w)to)\s{1,4})$"
)
"""What may stand before an order that begins with a plain verb."""

BLOB = re.compile(r"(?<![a-z0-9+/=_-])[a-z0-9+/=_-]{48,}")
ENCODED = re.compile(r"base ?64|decod|rot ?13|hexadecimal|decrypt|entschlussel|decodifi|декодир|解码|解碼")
"""A long run of letters and digits counts where one of these words stands near it."""


def compiled(*tables: dict[str, tuple[str, ...]], joined: bool = False) -> re.Pattern[str]:
    """Make one pattern of tables of rules; the name of its last group is the kind.

    Parameters
    ----------
    *tables : dict of str to tuple of str
    joined : bool, default=False
        For text whose words stand without gaps.

    Returns
    -------
    re.Pattern
    """
    gap = r"[\W_]{0,2}" if joined else r"[\W_]{1,6}"
    groups = []
    for kind in dict.fromkeys(kind for table in tables for kind in table):
        rules = "|".join(rule for table in tables for rule in table.get(kind, ()))
        groups.append(f"(?P<{kind.replace(' ', '_')}>{rules})")
    pattern = "|".join(groups)
    if joined:
        pattern = pattern.replace(r"(?!\w)", "").replace(r"(?<!\w)", "")
    pattern = pattern.replace("~", r"[^.!?]{0,44}?").replace(" ?", r"[\W_]{0,6}").replace(" ", gap)
    return re.compile(pattern)


def literal(table: dict[str, tuple[str, ...]]) -> re.Pattern[str]:
    """Make one pattern of rules in which spaces and marks stand for themselves.

    Parameters
    ----------
    table : dict of str to tuple of str

    Returns
    -------
    re.Pattern
    """
    groups = "|".join(f"(?P<{kind.replace(' ', '_')}>{'|'.join(rules)})" for kind, rules in table.items())
    return re.compile(rf"(?:^|(?=[<>\[\]{{}}#=*_`\-\n\\\"'.!?d]))(?:{groups})")  # looked at only where one can begin


def worded(*tables: dict[str, tuple[str, ...]]) -> re.Pattern[str]:
    """Make one pattern of rules that begin at the beginning of a word.

    Parameters
    ----------
    *tables : dict of str to tuple of str

    Returns
    -------
    re.Pattern
    """
    inner = compiled(*tables).pattern  # a look at the letter first spares most places most of the time
    return re.compile(
        rf"(?<![^\W_])(?=[^\W\d_])[وفו]?(?:{inner})"
    )  # "and" is joined to the next word in Arabic and Hebrew
