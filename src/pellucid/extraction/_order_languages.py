"""What an order to the reader looks like in other languages than English; see `_order_rules` for the notation."""

_ZH_RULES = "指示|指令|说明|說明|提示|规则|規則|命令|约束|約束|问卷|問卷"

FOREIGN = {
    "instruction override": (
        r"(?:bisherigen?|vorherigen?|obigen?) (?:anweisung|instruktion|vorgabe)(?:en|n){0,1} (?:ist|sind"
        r"|gelten)(?!\w)"
        r"~(?:ungultig|nicht|aufgehoben|nichtig)",
        r"(?:dimentica|dimenticate|ignora|ignorate) tutto (?:cio|quello|quanto)(?!\w)",
        r"(?:esqueca|esquecam|ignore|desconsidere) tudo (?:o ){0,1}que(?!\w)",
        r"ignor(?:iere|ier|ieren sie|iert)(?!\w)~(?:anweisung|instruktion|vorgabe|prompt|befehl|(?:diese|alle"
        r"|obigen?) regel)",
        r"(?:vergiss|vergesst|vergessen sie|missachte|missachten sie)(?!\w)~(?:anweisung|instruktion|vorgabe|prompt"
        r"|befehl"
        r"|alles bisherige|alles vorherige)",
        r"(?:beachte|beachten sie|befolge|befolgen sie)(?!\w)~(?:anweisung|instruktion|vorgabe|befehl)\w{0,3} nicht",
        r"(?:ignorez|ignore|oubliez|oublie|negligez|ne tenez (?:pas|aucun) compte|ne tiens (?:pas|aucun) compte"
        r"|faites abstraction|ne suivez pas)(?!\w)~(?:instructions?|consignes?|directives?|regles?|ordres?)"
        r"(?: \w{1,12}){0,2} (?:precedent|anterieur|ci-dessus|ci dessus|donnee|du systeme|recue)",
        r"(?:ignorez|ignore|oubliez|oublie)(?!\w) (?:toutes|tous|tout)(?!\w)~(?:instructions?|consignes?|regles?"
        r"|ordres?|precede)",
        r"(?:ignora|ignore|ignoren|ignorad|olvida|olvide|olviden|descarta|descarte|omite|omita|no hagas caso"
        r"|no haga caso"
        r"|desatiende)(?!\w)~(?:instruccion|indicacion|reglas|ordenes|directrices)(?:es)?(?: \w{1,12}){0,2}"
        r" (?:anterior|previa|de arriba|precedente|del sistema|recibida|dada)",
        r"(?:ignora|ignore|olvida|olvide|descarta)(?!\w) todas? (?:las? |los? )?(?:instruccion|indicacion|reglas"
        r"|ordenes|lo)",
        r"(?:ignora|ignorate|ignori|dimentica|dimenticate|dimentichi|trascura|non tenere conto|non seguire)(?!\w)"
        r"~(?:istruzioni|regole|ordini|indicazioni|direttive)(?: \w{1,12}){0,2} (?:precedent|sopra|del sistema"
        r"|ricevut|dat)",
        r"(?:ignora|ignorate|dimentica|dimenticate)(?!\w) tutt[eio] (?:le |gli |i |cio )?(?:istruzioni|regole"
        r"|ordini|indicazioni"
        r"|precedent|che)",
        r"(?:ignore|ignorem|ignora|esqueca|esquecam|esquece|desconsidere|desconsiderem"
        r"|descarte)(?!\w)~(?:instrucoes|regras"
        r"|ordens|orientacoes|diretrizes|comandos)(?: \w{1,12}){0,2} (?:anterior|acima|previa|precedente|do sistema"
        r"|dada)",
        r"(?:ignore|ignorem|esqueca|desconsidere)(?!\w) tod[ao]s? (?:as? |os? )?(?:instrucoes|regras|ordens"
        r"|orientacoes|que)",
        r"(?:negeer|negeert|vergeet)(?!\w)~(?:instructies?|aanwijzingen|opdrachten|bevelen|(?:alle|vorige"
        r"|eerdere) regels)",
        r"(?:zignoruj|zignorujcie|ignoruj|zapomnij)(?!\w)~(?:instrukcj|polece|wytyczn|zasad)",
        r"(?:ignorera|bortse fran|glom|ignorer|glem|se bort fra)(?!\w)~(?:instruktion|anvisning|instruks)",
        r"(?:onceki|yukaridaki|tum)~(?:talimat|komut|kural)\w{0,8}~(?:yok say|gormezden gel|unut|dikkate alma)",
        r"(?:abaikan|lupakan)(?!\w)~(?:instruksi|perintah|petunjuk)",
    ),
    "dictated answer": (
        r"(?:antworte|antworten sie|antwortet)(?!\w)~(?<!\w)(?:immer|stets|nur|ausschliesslich|auf alle|auf jede"
        r"|mit|ja|nein)"
        r"(?!\w)~(?<!\w)(?:ja|nein|json|null|fragen?|dem wert|\{)(?!\w)",
        r"(?:beantworte|beantworten sie|beantwortet)(?!\w)~(?:alle|jede|saemtliche|samtliche)~fragen?~mit",
        r"(?:schreibe|schreiben sie|trage|tragen sie)(?!\w)~(?<!\w)(?:als antwort|in jedes feld|uberall)(?!\w)",
        r"(?:escribe|escriba|pon|ponga)(?!\w)~(?<!\w)todas las (?:respuestas|preguntas)(?!\w)",
        r"(?:setze|setzen sie|andere|andern sie|trage|tragen sie|gib|geben sie)(?!\w)~(?:den wert|die antwort"
        r"|alle werte"
        r"|alle antworten|den score|json|als antwort)",
        r"(?:die|jede|einzig richtige) antwort(?:en)?~(?:muss|mussen|soll|sollen|hat|haben)(?!\w)~(?:lauten|sein)",
        r"(?:reponds|repondez|repondre)(?!\w) (?:toujours |uniquement |seulement |simplement |par |a toutes |a tout )"
        r"{0,3}~(?:oui|non|json|null|questions)(?!\w)",
        r"(?:la|chaque|toute|votre) reponses?~(?:doit|doivent) (?:toujours )?etre",
        r"(?:mettez|mets|fixez|remplacez)(?!\w)~(?:la valeur|les valeurs|la reponse|toutes les reponses|le score)~a",
        r"(?:no respondas|no responda|no conteste|no contestes) (?:a )?(?:las|estas) preguntas(?!\w)",
        r"(?:responde|responda|respondan|responded|contesta|conteste)(?!\w) (?:siempre|solo|solamente|unicamente"
        r"|con|que|a"
        r" todas|si|no)(?!\w)~(?<!\w)(?:si|no|json|null|preguntas)(?!\w)",
        r"(?:la|cada|toda) respuestas?~(?:debe|tiene que|deben)(?!\w) (?:siempre )?ser",
        r"(?:pon|ponga|establece|establezca|cambia|cambie)(?!\w)~(?:el valor|la respuesta"
        r"|todas las respuestas)~(?:en|a|como)",
        r"(?:rispondi|rispondete|risponda)(?!\w) (?:sempre|solo|soltanto|con|a tutte|di|si|no)(?!\w)~(?<!\w)(?:si"
        r"|no|json|null"
        r"|domand[ae])(?!\w)",
        r"(?:la|ogni) rispost[ae]~(?:deve|devono)(?!\w) (?:sempre )?essere",
        r"(?:imposta|imposti|impostate)(?!\w)~(?:il valore|la risposta|tutte le risposte)~(?:a|su|come)(?!\w)",
        r"(?:responda|respondam|responde)(?!\w) (?:sempre|apenas|somente|so|com|que|a todas|sim"
        r"|nao)(?!\w)~(?<!\w)(?:sim|nao|json"
        r"|null|perguntas)(?!\w)",
        r"(?:a|cada|toda) resposta~(?:deve|devem|tem que)(?!\w) (?:sempre )?ser",
        r"(?:defina|coloque|mude)(?!\w)~(?:o valor|a resposta|todas as respostas)~(?:como|para|em)(?!\w)",
        r"(?:antwoord|beantwoord)(?!\w) (?:altijd|alleen|uitsluitend|met|op alle|alle|ja|nee)(?!\w)~(?<!\w)(?:ja"
        r"|nee|json|null"
        r"|vragen)(?!\w)",
        r"(?:het|elk|ieder) antwoord~(?:moet|moeten)(?!\w)~(?:zijn|luiden)",
        r"(?:odpowiadaj|odpowiedz)(?!\w)~(?:tak|nie|zawsze|na wszystkie)(?!\w)",
        r"(?:svara|svar)(?!\w) (?:alltid|altid|bara|kun|ja|nej|pa alla|pa alle)(?!\w)",
        r"(?:butun|tum) sorular\w{0,4}~(?:evet|hayir)~(?:yanitla|cevapla|yanit ver|cevap ver)",
    ),
    "change of role": (
        r"(?:du bist|sie sind|ihr seid) (?:jetzt|nun|ab jetzt|ab sofort)~(?:assistent|modell|ki|system|bot)",
        r"(?:als|an die|hinweis an die|liebe) (?:ki|kunstliche intelligenz)(?!\w)",
        r"(?:tu es|vous etes) (?:maintenant|desormais)~(?:assistant|modele|ia|systeme|robot)(?!\w)",
        r"en tant qu.? ?(?:ia|intelligence artificielle|modele de langage)",
        r"(?:ahora eres|a partir de ahora eres)~(?:asistente|modelo|ia|sistema)(?!\w)",
        r"como (?:ia|inteligencia artificial|modelo de lenguaje|modelo de linguagem)(?!\w)",
        r"(?:ora sei|adesso sei|d.?ora in poi sei)~(?:assistente|modello|ia|sistema)(?!\w)",
        r"(?:agora voce e|voce agora e|a partir de agora voce)~(?:assistente|modelo|ia|sistema)(?!\w)",
        r"(?:je bent nu|u bent nu|vanaf nu ben je)~(?:assistent|model|ai|systeem)(?!\w)",
    ),
}
"""Languages in Latin letters, their accents folded away."""

SPACED = {
    "instruction override": (
        r"(?:про)?игнорируй(?:те)?(?!\w)~(?:инструкци|указани|правил|команд|предыдущ|выше|все)",
        r"(?:забудь|забудьте|отмени|отмените|не выполняй|не выполняйте|не учитывай"
        r"|не учитывайте)(?!\w)~(?:инструкци|указани"
        r"|команд|предыдущ|все правила)",
        r"(?:и|про)?гнор(?:уй|уйте)(?!\w)~(?:інструкці|вказівк|правил|команд|попередн)",
        r"(?:تجاهل|تجاهلي|تجاهلوا|انس|انسي|اهمل|لا تتبع|لا تلتزم)(?!\w)~(?:التعليمات|تعليمات|الاوامر|القواعد"
        r"|التوجيهات|ما سبق"
        r"|السابقه|اعلاه)",
        r"(?:نادیده بگیر|فراموش کن|دستورات قبلی|دستورالعمل های قبلی)",
        r"(?:התעלם|התעלמי|התעלמו|תתעלם|שכח|שכחי|שכחו)(?!\w)~(?:הוראות|ההוראות|הנחיות|ההנחיות|הכללים|הקודמות|האמור"
        r"|הפקודות)",
        "(?:निर्देश|निर्देशों|आदेश|आदेशों|नियम|नियमों)~(?:अनदेखा|अनदेखी|नज\u093c?रअंदाज\u093c?|भूल|उपेक्षा|ध्यान न)",
        r"(?:αγν[οό]ησε|αγνο[ηή]στε|ξ[εέ]χασε|ξεχ[αά]στε)(?!\w)~(?:οδηγ[ιί]|εντολ|καν[οό]ν|προηγο[υύ]μεν)",
        "(?:अनदेखा|नज\u093c?रअंदाज\u093c?)~(?:निर्देश|आदेश|नियम)",
    ),
    "dictated answer": (
        r"(?:отвечай|отвечайте|ответь|ответьте)(?!\w)~(?<!\w)(?:да|нет|только|всегда|на все|json|null)(?!\w)",
        r"(?:ответ|значение|оценка)(?!\w)~(?:должен|должно|должна)(?!\w) (?:всегда )?быть",
        r"(?:установи|установите|поставь|поставьте|замени|замените)(?!\w)~(?:значени|ответ|оценк)",
        r"(?:اجب|اجيبي|اجيبوا|جاوب|اكتب|رد|ضع)(?!\w)~(?<!\w)(?:بنعم|نعم|بلا|ب ?نعم|على جميع|على كل|على كافه|فقط"
        r"|دائما)(?!\w)",
        r"(?:يجب ان تكون|اجعل) (?:الاجابه|القيمه|جميع الاجابات)",
        r"(?:ענה|עני|ענו|השב|השיבי|תענה|כתוב)(?!\w)~(?<!\w)(?:כן|לא|על כל|תמיד|רק)(?!\w)",
        r"(?:התשובה|הערך)~(?:חייבת|חייב|צריכה|צריך) להיות",
        "(?:सभी|हर|प्रत्येक)~(?:प्रश्न|सवाल)\\w{0,4}~(?:हाँ|हां|नहीं|जी)~(?:उत्तर|जवाब|लिख|दें|दो|कह)",
        "(?:हमेशा|केवल|सिर्फ\u093c?)~(?:हाँ|हां|नहीं)~(?:उत्तर|जवाब|लिख|कह)",
        r"(?:απ[αά]ντησε|απαντ[ηή]στε)(?!\w)~(?<!\w)(?:ναι|[οό]χι|μ[οό]νο|π[αά]ντα)(?!\w)",
    ),
    "change of role": (
        r"(?:ты теперь|теперь ты|вы теперь|теперь вы)~(?:ассистент|помощник|модель|систем|ии)(?!\w)",
        r"(?:как|будучи) (?:искусственн\w{2,5} интеллект\w{0,3}|языков\w{2,4} модел\w{1,3})",
        r"(?:انت|انتم) الان~(?:مساعد|نموذج|نظام)",
        r"אתה עכשיו|מעכשיו אתה|अब आप एक|अब तुम एक",
    ),
}

UNSPACED = {
    "instruction override": (
        r"(?:无论|無論|不管)[^。！？]{0,16}?(?:回答|输出|輸出|填写|填寫)[“\"'「『是否有无無]",
        rf"(?:忽略|无视|無視|忘记|忘記|忽视|忽視|不要理会|不要理會|不要遵守"
        rf"|不必遵守)[^。！？]{{0,16}}?(?:{_ZH_RULES})",
        r"(?:忽略|无视|無視|忘记|忘記)(?:以上|上述|之前|前面)(?:的|所有|全部|一切)",
        rf"(?:{_ZH_RULES}|ルール|質問|プロンプト)(?:を|は)?(?:すべて|全て|全部)?(?:無視|忘れ)(?:し|て|せよ|しろ)",
        r"(?:지시|명령|규칙|프롬프트|지침)[^.!?]{0,10}?(?:무시|잊)(?:하|해|어|으)",
    ),
    "dictated answer": (
        r"(?:所有|全部|每个|每個|一律|任何)[^。！？]{0,10}?(?:问题|問題|答案)[^。！？]{0,10}?(?:回答|答|填|设|設|写"
        r"|寫|是|为|為)[^。！？]{0,4}?"
        r"[“\"'「『]?(?:是|否|有|无|無|yes|no|null|json)",
        r"(?:只|必须|必須|请|請|一律|总是|總是)[^。！？]{0,6}?(?:回答|回复|回覆|输出|輸出"
        r"|答复)[^。！？]{0,4}?[“\"'「『]?(?:是|否|yes|no|null|json|\{)",
        r"(?:将|將|把)[^。！？]{0,12}?(?:值|答案|分数|分數|评分|評分)[^。！？]{0,4}?(?:设为|設為|设置为|設置為|改为"
        r"|改為|填为|填為|定为|定為)",
        r"(?:答案|回答)(?:必须|必須|应该|應該|应当|應當|只能)(?:是|为|為|填)",
        r"(?:はい|いいえ)[」』\"']?(?:と|で)(?:だけ|のみ)?(?:答え|回答|返答|出力)",
        r"(?:예|네|아니오|아니요)[\"'”」]?(?:라고|로|으로)(?:만)? ?(?:답|대답|응답|출력)",
    ),
    "change of role": (
        r"(?:你|您)(?:现在|現在|从现在起|從現在起|从现在开始)(?:是|将|將|必须|必須)",
        r"作为(?:一个|一個)?(?:ai|人工智能|语言模型|大模型|助手)|作為(?:一個)?(?:ai|人工智慧|語言模型)",
        r"あなたは(?:今|いま|これ)から|너는 이제|당신은 이제",
    ),
}
"""Scripts that are written without gaps, or with a word's ending joined to it."""
