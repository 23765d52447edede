/// English words, the most frequent first.
enum EnglishVocabulary {
  static let words: [String] =
    """
    the of and to a in that is was he for it with as his on be at by I this had not are but from
    or have an they which one you were all her she there would their we him been has when who
    will no more if out so up said what its about than into them can only other time new some
    could these two may first then do any like my now over such our man me even most made after
    also did many off before must well back through years much where your way down should
    because long each just state those people too mister how little good world make very year
    still see own work men day get here old life both between being under three never know same
    last another while us might great go come since against right came take used himself few
    house use place during high without again home around small however found part school every
    thought once say general away upon united war left number course until always fact water
    something though less public put think almost hand enough far took head yet government
    system better set told nothing night end why called did eyes find going look asked later
    point knew next program city business give group toward young days let room word within
    side social given present several order national rather second possible face among often
    things looked early white case become large big need four best felt along children saw
    light themselves ever least power development lecture history science river mountain letter
    language reason question answer student teacher village morning evening window garden
    winter summer market bridge captain doctor engine forest island journey kitchen library
    machine nature ocean paper quarter railway season temple uncle valley weather yellow animal
    bottle candle danger effort father ground hammer income jacket kingdom lesson measure
    notice object pocket random secret thunder useful vessel wonder century balance culture
    decision evidence freedom gravity horizon industry justice knowledge laboratory mineral
    narrative orchestra particle quantity resistance structure telescope universe variable
    """
    .split { $0 == " " || $0 == "\n" }
    .map(String.init)
}
