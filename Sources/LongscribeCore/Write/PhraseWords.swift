/// Words that tell where a phrase begins, so that lines end before them and not after them.
///
/// Source of the rule: Netflix's line treatment and the BBC's line breaks agree that a line ends after punctuation, before a conjunction or a
/// preposition, and that an article stays with its noun.
struct PhraseWords: Sendable {
  /// What joins sentences and clauses: the best place for a break after a punctuation mark.
  let conjunctions: Set<String>
  /// What opens a phrase: the next best place.
  let prepositions: Set<String>
  /// What belongs to the word after it, beside the two above.
  let leading: Set<String>

  private init(_ conjunctions: String, _ prepositions: String, _ leading: String) {
    func words(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }
    self.conjunctions = words(conjunctions)
    self.prepositions = words(prepositions)
    self.leading = words(leading)
  }

  /// What the language that a service names has; English for those that are not in the table.
  static func of(_ language: String?) -> PhraseWords {
    let name = (language ?? "").lowercased()
    let row = table.first { names, _ in
      names.contains { name == $0 || name.hasPrefix("\($0)-") || name.hasPrefix("\($0)_") }
    }
    return row?.1 ?? english
  }

  private static let english = PhraseWords(
    "and but or nor so yet because although though while whereas if unless until since when where who which that than as whether",
    "in on at by for from with without to of into onto over under through across between among against about after before during around behind beyond within toward towards upon",
    "a an the this these those my your his her its our their some any no every each i you he she it we they is are was were be been am do does did have has had will would can could shall should may might must not don't mr mrs ms dr very too more most"
  )

  private static let table: [([String], PhraseWords)] = [
    (["en", "english"], english),
    (
      ["de", "german", "deutsch"],
      PhraseWords(
        "und oder aber denn sondern doch weil dass ob wenn als obwohl während damit bevor nachdem bis indem sodass wo",
        "in im an am auf aus bei beim mit nach von vom vor zu zum zur für gegen ohne um durch über unter zwischen hinter neben seit wegen trotz",
        "der die das den dem des ein eine einen einem einer eines kein keine keinen mein meine dein seine sein ihr ihre unser unsere dieser diese dieses ich du er sie es wir nicht sehr herr frau"
      )
    ),
    (
      ["fr", "french", "français"],
      PhraseWords(
        "et ou mais donc or ni car que qui quand lorsque si comme parce puisque quoique où dont",
        "à au aux de du des en dans par pour sur sous avec sans chez vers entre contre depuis pendant avant après",
        "le la les l' un une ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs je tu il elle on nous vous ils elles ne pas se me te très plus"
      )
    ),
    (
      ["es", "spanish", "español", "castilian"],
      PhraseWords(
        "y e o u pero sino porque que aunque cuando mientras si como donde pues quien",
        "a al de del en con por para sin sobre entre hasta desde hacia según contra durante tras ante bajo",
        "el la los las un una unos unas este esta estos estas ese esa mi mis tu tus su sus nuestro nuestra yo él ella nosotros no se me te lo le muy más"
      )
    ),
    (
      ["it", "italian", "italiano"],
      PhraseWords(
        "e ed o ma però perché che se quando mentre come dove cui sebbene quindi",
        "a ad al alla ai alle di del della dei delle da dal dalla in nel nella con su sul sulla per tra fra senza verso contro dopo prima durante",
        "il lo la i gli le un uno una questo questa quel quella mio mia tuo tua suo sua nostro nostra io tu lui lei noi voi loro non si mi ti ci vi molto più"
      )
    ),
    (
      ["pt", "portuguese", "português"],
      PhraseWords(
        "e ou mas porque que se quando enquanto como onde embora pois quem",
        "a ao à aos às de do da dos das em no na nos nas com por pelo pela para sem sobre entre até desde contra durante após",
        "o os as um uma uns umas este esta esse essa meu minha seu sua nosso nossa eu tu ele ela nós eles não me te muito mais"
      )
    ),
    (
      ["ru", "russian", "русский"],
      PhraseWords(
        "и или но а что чтобы если когда потому хотя как где который которая которые",
        "в во на с со к ко по за из от до у о об при для без через между над под перед про",
        "не ни этот эта это эти мой моя твой его её наш наша ваш их я ты он она мы вы они очень самый"
      )
    ),
  ]
}
