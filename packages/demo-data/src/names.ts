/** Given and family names of the shop's customers. No two of a list may be equal once folded to ASCII (tested). */
export const GIVEN_NAMES: readonly string[] = words(`
  Aaliyah Adriana Agnieszka Aisha Alejandro Alice Amélie Amina Anders Andrea Aniket Annika Antoine Anton Arjun Astrid
  Aurélien Beatriz Bence Bilal Björn Bruno Camille Carlos Carmen Caroline Charlotte Chiara Chloé Christoph Clara Claudia
  Daan Dagny Daniel Daria David Deniz Diego Dimitri Dorota Edvin Eleni Elif Elin Elise Emeka Emil Emma Enzo Erik Esra
  Eszter Eva Fabian Fatima Felix Femke Filip Fiona Florian Francesca Freja Gabriel Georgia Giulia Gustav Hana Hannah
  Hassan Helena Henrik Hugo Ibrahim Ida Ilse Imani Ines Ingrid Irina Isabel Ivan Jakub Jana Jannik Jasmin João Johanna
  Jonas Josefine Julia Karim Karolina Katarina Kenji Klara Lars Laura Lea Leila Lena Leon Lina Linnea Lorenzo Louise
  Lucía Luka Łukasz Maja Malik Marco Margot Maria Marta Martin Mateo Mathilde Matteo Maya Mei Mikkel Milan Miriam
  Mohamed Nadia Natalia Nia Niklas Nina Noah Nora Océane Olga Olivia Omar Oscar Paolo Paula Pavel Petra Philippe Pia
  Priya Rafael Rania Raúl Ronja Rosa Sabine Sanne Sara Sebastian Selma Sigrid Silvia Simon Sofia Søren Stefan Svea
  Tariq Tessa Theo Thijs Tomás Valentina Vera Victor Wanjiru Yara Yusuf Zeynep Zoë Zuzanna`);

export const FAMILY_NAMES: readonly string[] = words(`
  Abdi Achterberg Adeyemi Aguilar Albrecht Almeida Andersen Andersson Antoniou Bakker Bauer Becker Benali Berg Bergström
  Bernard Bertrand Bianchi Blanc Bonnet Borg Bos Brandão Brandt Brun Bruun Caruso Castillo Cermak Chevalier Christensen
  Clément Conti Costa Dąbrowski Dahl Danso Delgado Demir Díaz Diallo Dietrich Dubois Dupont Duran Dvořák Eklund Engel
  Eriksen Esposito Fabre Faure Fernandes Ferrari Fischer Fontaine Forsberg Fournier Franke Galli Garnier Gérard Giordano
  Girard González Greco Grünwald Gustafsson Haas Hagen Hakimi Hansson Hartmann Haugen Heikkinen Hendriks Hermans Herrera
  Hoffmann Holm Horvat Huber Iglesias Ivanov Jansen Janssens Jensen Johansen Kaczmarek Kamara Karlsen Kaya Keller Khan
  Kiss Klein Koch Kovács Kowalski Krämer Kristiansen Krüger Kumar Laurent Lefèvre Lehmann Leroy Lindberg Lombardi
  Lopes Lorenz Lund Maes Mancini Marchetti Marques Martel Mazur Meijer Mendes Mercier Mertens Meyer Molina Moreau Moretti
  Morin Müller Mulder Nagy Navarro Nguyen Nielsen Nikolaou Novák Nowak Nyström Okafor Olsen Ortega Osei Öztürk Pacheco
  Papadakis Patel Peeters Pereira Perrin Petersen Petrov Pires Popescu Prieto Quintana Ramos Rasmussen Reyes Ribeiro Ricci
  Richter Rinaldi Rojas Romano Rossi Rousseau Ruiz Sahin Salonen Sandberg Santoro Sauer Schmitt Schneider Schröder Serrano
  Sharma Silva Simonsen Sørensen Stein Strand Szabó Tanaka Tavares Teixeira Thomsen Török Vargas Vasseur Vermeulen Vidal
  Virtanen Visser Vogel Vogt Wagner Weber Wójcik Wolff Yıldız Ziegler Zimmermann`);

/** Letters for an e-mail address: accents dropped, lower case. */
export function toAscii(name: string): string {
  return name
    .replace(/[łŁ]/g, 'l')
    .replace(/[øØ]/g, 'o')
    .replace(/ı/g, 'i')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase();
}

// Private:

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
